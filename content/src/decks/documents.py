"""The two Word documents and the two papers that are published as PDF."""

from __future__ import annotations

from . import scenes
from .facts import case, fact, number, raw, say
from .isometric import tints
from .paper import Paper
from .webpaper import WebPaper

_COMMON = {"audience": "customer", "state": "on_offer"}
CHILLER = {
    "slug": "paper-chiller-thirty-days",
    "title": "冷站三十天：从班长手感到运行规程",
    "kind": "whitepaper",
    "product": ["energy"],
    "industry": ["health", "electronics"],
    "scenario": ["chiller", "peak-shift"],
    "stage": ["solution-talk"],
    **_COMMON,
    "owner": "wanghai@lanchuan.example",
    "expert": "chenli@lanchuan.example",
    "published_on": "2026-10-12",
    "review_on": "2027-04-12",
    "summary": "三十天四步：记、比、试、定；附江北生物医药园的实测和一张可以照抄的班组表。",
}
HARDENING = {
    "slug": "sec-energy-deployment",
    "title": "能碳管理部署与加固说明",
    "kind": "security_doc",
    "product": ["energy", "energy-lite"],
    "industry": ["park", "health", "government"],
    "stage": ["solution-talk", "bid"],
    "function": ["it"],
    **_COMMON,
    "owner": "liting@lanchuan.example",
    "expert": "chenli@lanchuan.example",
    "published_on": "2026-11-16",
    "review_on": "2027-05-16",
    "summary": "端口、账号、备份、日志、退出五张表，信息科照着就能过一遍。",
}
BID_PARK = {
    "slug": "bid-park-energy-proposal",
    "title": "园区能碳平台投标技术方案（样本）",
    "kind": "bid_response",
    "product": ["energy", "iot"],
    "industry": ["park", "park-hightech", "government"],
    "scenario": ["carbon", "energy-saving"],
    "stage": ["bid"],
    "function": ["procurement"],
    **_COMMON,
    "owner": "liting@lanchuan.example",
    "expert": "chenli@lanchuan.example",
    "published_on": "2026-10-30",
    "review_on": "2027-01-30",
    "summary": "技术标正文样本：理解、架构、实施、验收、服务，按评分项排好，换上客户的就能交。",
}
BID_DOCK = {
    "slug": "bid-warehouse-security",
    "title": "仓储安防项目应答书（样本）",
    "kind": "bid_response",
    "product": ["security"],
    "industry": ["logistics"],
    "scenario": ["dock-watch", "perimeter"],
    "stage": ["bid"],
    **_COMMON,
    "owner": "gracewu@lanchuan.example",
    "expert": "luoyan@lanchuan.example",
    "published_on": "2026-09-22",
    "review_on": "2027-03-22",
    "summary": "逐条应答加偏离表：接入、算法、留存、误报、隐私、培训，附东屿冷链业绩。",
}


def chiller() -> bytes:
    """HTML, to be printed as PDF."""
    j = case("jiangbei")
    look = tints(("0C2A3A", "FFFFFF", "475569", "F1F5F9", "0E7490", "34D399", "F59E0B"))
    w = WebPaper(
        CHILLER["title"],
        "给动力部的一份三十天做法",
        "白皮书 · 2026 年 10 月",
        colour="0E7490",
        picture=scenes.plant_room(look, 1200, 700),
    )
    w.chapter("一座冷站里的四个班长")
    w.say(
        f"江北生物医药园的冷站有四台冷机，四个班各有各的开法。甲班怕温度飘，早早多开一台；乙班信天气，看云开机；丙班照上一班的抄；丁班的班长干了二十年，开得最省，可他说不清为什么。洁净空调占了全园用电的 {j.hvac_share}%，谁当班，电费就是谁的脾气。",
        "手感不是坏事，它是没有写下来的规程。三十天要做的，只是把最好的那份手感写下来，让另外三个班照着也能做到，而且遇到没见过的天气知道往哪边偏。",
    )
    w.note("先声明：洁净区的温湿度和压差全程只读。凡是要碰这两样的建议，规程里一律不写。")
    w.chapter("第一个十天：只记，不动")
    w.say("不改任何设定，只把数记全。要记的不多，难在同一时刻、同一口径。")
    w.table(
        [
            ["记什么", "多久一次", "从哪来", "常见的坑"],
            ["供回水温度、流量", "1 分钟", "冷站点表", "传感器装在弯头后面，读数偏低"],
            ["每台冷机电功率", "1 分钟", "柜内电表", "两台共用一块表，先拆开"],
            ["室外干湿球", "5 分钟", "屋面气象站", "被排风吹着，夏天高三度"],
            ["谁当班、动了什么", "随时", "班组手机登记", "只记开关机，不记改设定"],
        ],
        [3.6, 2.4, 3.4, 6.4],
    )
    w.say(
        "十天结束，把每个班的每一个小时放在同一张图上：横轴是冷负荷，纵轴是每冷吨耗电。好的班，点子贴着下沿；不好的班，点子飘在上面。这张图不贴人名，只贴颜色，大家自己认得出来。"
    )
    w.chapter("第二个十天：比，然后争")
    w.say(
        "把四种颜色摆在一起，开三次会，每次一小时。第一次只问：同样的负荷，为什么你开两台我开三台？第二次只问：水温谁定的，能不能跟着湿球走？第三次才谈泵和塔。顺序不能反，台数没定，调泵省下的会从冷机那里还回去。"
    )
    w.points(
        "台数：给每台冷机画一条效率曲线，找到交接点，写成“负荷到多少、连续几分钟、才加一台”。",
        "水温：湿球每降一度，供水可以抬多少；下限由洁净区末端阀位决定，阀门全开就不再抬。",
        "流量：先保冷机最小流量，再看末端最不利点的压差，最后才是变频下限。",
        "移峰：蓄冷槽和大水管都是电池，尖峰前一小时压低半度，等于存了钱。",
    )
    w.chapter("第三个十天：试，一次只动一样")
    w.say(
        "每天只改一条，早班改，晚班看，第二天复盘。凡是当天有洁净区报警、检修或停电，这一天作废，不进对比。下面这张表可以照抄。"
    )
    w.table(
        [
            ["日", "改什么", "谁点头", "看什么", "退回条件"],
            ["21–22", "加机门槛提高一成", "当班班长", "供水温度", "连续 10 分钟高于设定 0.5 ℃"],
            ["23–24", "供水温度随湿球", "动力部经理", "末端阀位", "任一末端全开 15 分钟"],
            ["25–26", "冷却塔风机变频", "当班班长", "冷却水回水", "低于冷机允许下限"],
            ["27–28", "尖峰前预冷", "动力部与 QA", "房间温度", "越限一分钟"],
            ["29–30", "全部一起跑", "动力部经理", "每冷吨耗电", "任一条触发即停"],
        ],
        [1.6, 3.6, 2.8, 3.2, 4.6],
    )
    w.chapter("定下来的规程只有一页")
    w.say(
        "最后写成的规程只有一页，贴在控制室玻璃上：什么负荷开几台，什么天气多少度，尖峰前做什么，出了什么事立刻退回。系统每五分钟照这一页算一次，给班长一句话，按不按由他。三个月后，四个班的点子叠在一起，看不出颜色了，才谈要不要交给系统自动。"
    )
    w.chapter("江北的数和口径")
    w.table(
        [
            ["项目", "数", "口径"],
            ["一年少用电", f"{j.saved_kwh} 万 kWh", j.basis("saved_kwh")],
            ["一年省下", f"{j.saving} 万元", j.basis("saving")],
            ["峰段占比", f"{j.peak_share_before}% 到 {j.peak_share_after}%", "全园总表"],
            ["投入", f"{j.investment} 万元", "点位补装、冷站模块与实施"],
            ["回本", f"{j.payback_months} 个月", "投入除以月均省下"],
        ],
        [4, 4.4, 7.4],
    )
    w.say(
        f"动力部的{j.speaker.split(' ')[-1]}后来说：“{j.quote}”我们更在意的是另一件事：丁班班长那二十年的手感，现在四个班都有了。"
    )
    w.chapter("哪些站不适合这样做")
    w.points(
        "纯硬接线、没有 BACnet 或 Modbus 点表的站，先改造，再来三十天。",
        "只有一台冷机的站，台数没得选，先看水温和泵。",
        "工艺冷却水和舒适空调混在一个系统里的，先分开计量，不然十天都在争论是谁用的。",
        "不承诺节能率。三十天换来的是一条自己的曲线和一页自己的规程，省多少按口径算。",
    )
    return w.save()


def hardening() -> bytes:
    """HTML, to be printed as PDF."""
    look = tints(("1E1B4B", "FFFFFF", "475569", "F1F5F9", "4338CA", "06B6D4", "F59E0B"))
    w = WebPaper(
        HARDENING["title"],
        "给信息科的五张表",
        "安全说明 · 2026 年 11 月 · 客户可用",
        colour="312E81",
        picture=scenes.rack(look, 1200, 700),
    )
    w.chapter("这份说明怎么用")
    w.say(
        "前半份给看的人，后半份给做的人。每一行都能在现场核对，核对不过的不签字。行文里说的“平台”是能碳管理的服务端，“网关”是 LG-200，“贵方”是使用单位。"
    )
    w.chapter("第一张：装在哪里")
    w.table(
        [
            ["装法", "数据在哪", "谁管服务器", "适合"],
            ["本地机房", "贵方机房", "贵方", "有机房、有人值守的园区与厂"],
            ["园区一体机", "园区弱电间的一台机器", "我方远程，贵方断电即停", "轻量版，没有机房的小园区"],
            ["专有云", "澜川专有云，单独的库", "我方", "没有机房、要外网访问的"],
            ["国产化环境", "麒麟 V10，鲲鹏或海光，达梦 8 或人大金仓 V8", "贵方", "政务与国企"],
        ],
        [2.6, 4.6, 3.8, 4.8],
    )
    w.chapter("第二张：开哪些口子")
    w.table(
        [
            ["方向", "端口", "加密", "能不能不开"],
            ["网关到平台", "8883", "国密 SM4，SM2 证书可选", "不能，这是唯一的上行口"],
            ["浏览器到平台", "443", "TLS 1.2 以上", "不能"],
            ["平台到短信网关", "443", "TLS", "能，改用企业微信群"],
            ["远程维护", "默认关闭", "堡垒机，按次开通，录屏", "能，改为现场维护"],
            ["网关到表计", "RS485、网口", "本地线路", "不经办公网"],
        ],
        [3.2, 2.6, 5, 5],
    )
    w.note(
        "网关只往外连，不接受任何从外面来的连接；现场断网时先存在本地，"
        + say("products.iot.gateway.cache_hours").replace("断网本地缓存", "可存")
        + "。"
    )
    w.chapter("第三张：谁能做什么")
    w.points(
        "账号跟人走，不设公用账号；离职当天停用，停用后名字仍留在日志里。",
        "角色四种：看的人、管一栋楼的人、管全园的人、管系统的人；导出和改电价表两个动作单独授权。",
        "密码至少十二位，连续错五次锁十五分钟；接了贵方的统一认证就不再存密码。",
        "控制类指令默认关闭。开通要书面授权，每次下发要两个人确认，一个提、一个准。",
    )
    w.chapter("第四张：留什么、留多久")
    w.table(
        [
            ["留什么", "留多久", "怎么看"],
            ["登录、导出、改数", "三年", "系统管理里按人、按天查"],
            ["15 分钟电量", "不少于五年", "随账单一起"],
            ["电价表每一版", "永久", "新旧对照页"],
            ["备份", "每天一份，留三十份", "每季度恢复演练一次，出记录"],
        ],
        [5, 4, 6.8],
    )
    w.chapter("第五张：出了事和走的那天")
    w.table(
        [
            ["情形", "我们做什么", "多快"],
            [
                "一级故障：全园看不到数",
                "专人处理，每半小时通报一次",
                f"{fact('company.service.p1_response')} 分钟响应，{fact('company.service.p1_restore')} 小时恢复或给出绕行",
            ],
            ["疑似泄露", "先断外联，再查日志，书面说明", "两小时内通知到联系人"],
            ["高危漏洞", "先给临时办法，再给补丁", "公布后三个工作日"],
            ["合同结束", "整份导出，清除，出清除记录", f"{fact('company.service.data_exit')} 天内"],
        ],
        [4.6, 6.2, 5],
    )
    w.chapter("证书在哪里")
    rows = [["名称", "范围", "到哪天"]]
    certs = raw("company.certificates")[:3]
    rows += [[str(cert["name"]), str(cert.get("scope", "")), str(cert["until"])] for cert in certs]
    w.table(rows, [5, 7, 3.8])
    w.say(
        "ISO 9001 的换证审核已经通过，新证书 12 月上旬到；在那之前投标，附审核通过函。轻量版的月可用率为 "
        + fact("products.energy-lite.sla")
        + "%，专业版为 "
        + fact("products.energy.sla")
        + "%，两者的赔付条款不同，以合同为准。"
    )
    w.chapter("信息科的验收单")
    w.points(
        "从办公网扫一遍网关地址，没有开放端口。",
        "拔掉网线十分钟再插上，曲线没有缺口。",
        "停用一个账号，十秒内它的页面退出。",
        "恢复昨天的备份到测试机，账单对得上。",
        "请一位同事试着导出，没有授权就导不出，而且日志里有他。",
    )
    return w.save()


def bid_park() -> bytes:
    q, b = case("lincheng"), case("beihu")
    w = Paper(
        BID_PARK["title"],
        "技术标正文 · 按评分项排列",
        "样本 · 2026 年 10 月 · 投标前逐条替换方括号内的内容",
        colour="1C5FD4",
    )
    w.chapter("一、对项目的理解")
    w.say(
        "招标人是［园区名称］，下辖［若干］栋建筑、［若干］家企业。招标文件要求建成一套能碳平台，解决三件事：用能说得清、电费降得下、碳排报得出。我方理解，三件事的前提都是同一件：同一块表在同一时刻只有一个数。"
    )
    w.say("因此本方案把计量和台账放在第一期第一周，把看板放在最后。先有能对得上的数，再谈好看的图。")
    w.chapter("二、评分项对照")
    w.table(
        [
            ["评分项", "分值", "应答位置", "佐证"],
            ["总体架构合理性", "10", "第三章", "架构图、部署清单"],
            ["协议与接入能力", "15", "第四章", f"{fact('products.iot.protocols')} 种清单"],
            [
                "碳核算口径",
                "10",
                "第五章",
                f"因子 {fact('products.energy.carbon.factors')} 条、模板 {fact('products.energy.carbon.templates')} 张",
            ],
            ["同类业绩", "15", "第八章", "合同关键页、验收单"],
            ["实施组织", "10", "第六章", "人员证书、进度表"],
            ["售后服务", "10", "第七章", "服务承诺书"],
        ],
        [4.2, 1.8, 3.6, 6.2],
    )
    w.chapter("三、总体架构")
    w.say(
        "平台分四层：设备层利用招标人现有表计与楼控；接入层由 LG-200 网关与协议包组成；平台层提供台账、规则引擎与时序库；应用层包括能耗、分时电价、碳账与租户账单。四层之间接口公开，任一层可以单独更换。"
    )
    w.points(
        f"容量：{say('products.iot.capacity.points_per_cluster')}，{say('products.iot.capacity.writes_per_second')}。",
        f"时延：{say('products.iot.capacity.rule_p95')}。",
        "部署：可装于招标人机房，支持麒麟 V10 与达梦 8、人大金仓 V8。",
    )
    w.chapter("四、接入能力与偏离说明")
    w.table(
        [
            ["招标要求", "应答", "偏离"],
            ["支持 Modbus、BACnet、OPC-UA", "全部支持；OPC-UA 为客户端，含订阅", "无偏离"],
            ["支持对外提供 OPC-UA 服务", "以 MQTT 与开放接口对外提供", "负偏离，已说明替代办法"],
            ["断网续传", say("products.iot.gateway.cache_hours"), "正偏离"],
            ["私有协议", "提供报文样本后 10–15 人天一个", "无偏离，费用单列"],
            ["电量粒度不低于 1 小时", "电 15 分钟，水气 1 小时", "正偏离"],
        ],
        [5, 7.2, 3.6],
    )
    w.chapter("五、碳核算")
    w.say(
        "核算范围为范围一与范围二，范围三提供采购与差旅两类。因子注明来源与年份，换年份时旧账不改、新旧并列。填报表、台账与原始表计之间可以逐级点回去。本平台不代替第三方核查，出具的是核查用的底账。"
    )
    w.chapter("六、实施组织与进度")
    w.table(
        [
            ["阶段", "周次", "交付物", "验收办法"],
            ["勘点与清单", "第 1 周", "接入清单、补表清单", "双方签字"],
            ["网关上架", "第 2–3 周", "点位在线表", "抽查两成，逐只核对"],
            ["台账与电价", "第 4–5 周", "台账、分时电价表", "与供电账单对一个月"],
            ["模型与碳账", "第 6–7 周", "能耗模型、碳账底稿", "与上年报送数比对"],
            ["试运行", "第 8 周", "月报、培训记录", "连续七天无缺数"],
        ],
        [3.2, 2.4, 4.6, 5.6],
    )
    w.chapter("七、服务承诺")
    w.points(
        f"{raw('company.service.hotline')}。",
        f"{say('company.service.p1_response')}，{say('company.service.p1_restore')}。",
        f"{say('company.service_cities')}，驻点之外两小时高铁圈内当天到场。",
        f"{say('company.service.data_exit')}。",
    )
    w.chapter("八、同类业绩")
    w.table(
        [
            ["项目", "规模", "结果", "口径"],
            [
                "临澄高新区",
                f"{q.districts} 个片区，{q.firms} 家企业",
                f"填报 {q.filing_days_before} 天到 {q.filing_days_after} 天",
                q.basis("filing_days_after"),
            ],
            [
                "北湖软件园",
                f"{b.area} 万平方米，{b.buildings} 栋",
                f"综合能耗降 {b.energy_cut}%",
                f"{b.basis('kwh_before')} 对 {b.basis('kwh_after')}",
            ],
        ],
        [3, 4.4, 4.4, 4],
    )
    w.say(
        f"我公司{say('company.customers')}，{say('company.renewal_rate')}。业绩合同关键页与验收单见附件册。"
    )
    return w.save()


def bid_dock() -> bytes:
    c, k = case("dongyu-dock"), case("kuntai")
    w = Paper(BID_DOCK["title"], "逐条应答与偏离表", "样本 · 2026 年 9 月", colour="B4371F")
    w.chapter("致评审专家")
    w.say(
        "本项目的难处不在装多少路摄像头，在于出了事半小时找不到那一段。我方应答只回答一个问题：从出事到拿出证据，要几分钟。凡是做不到的，我们写在偏离表里，不写在小字里。"
    )
    w.chapter("逐条应答")
    w.table(
        [
            ["条款", "招标文件要求", "应答"],
            [
                "3.1",
                "利用原有摄像机",
                f"低于 720p 的只录不分析；近两年九个项目平均留用 {fact('products.security.kept_cameras')}%",
            ],
            [
                "3.2",
                "单台设备接入不少于 32 路",
                f"LV-64 每台 {fact('products.security.edge_box.channels')} 路转码，{fact('products.security.edge_box.analyse')} 路同时分析",
            ],
            [
                "3.3",
                "算法不少于 10 种",
                f"{fact('products.security.algorithms')} 种：翻越、徘徊、烟火、占道、离岗等",
            ],
            [
                "3.4",
                "告警时延不大于 5 秒",
                f"画面出现到弹窗 {fact('products.security.alarm_seconds')} 秒以内",
            ],
            ["3.5", "月台作业可按单号检索", "车牌、预约单号、时间任一个即可，片段可发司机手机"],
            ["3.6", "国标级联", "GB/T 28181-2022，ONVIF Profile S/T"],
            ["3.7", "留存", say("products.security.retention_days")],
        ],
        [1.6, 5.2, 9],
    )
    w.chapter("偏离表")
    w.table(
        [
            ["条款", "偏离", "理由与替代"],
            ["3.9 对讲联动", "负偏离", "不接模拟对讲机；告警推企业微信群，按位置点名"],
            ["3.11 人脸识别", "有条件响应", "默认不开；招标人出具合规依据后开通"],
            ["3.12 雨雪夜误报", "说明", "雨雪夜误报会升高，按三倍预留人工复核，验收按晴夜与雨夜分开计"],
            ["3.4 告警时延", "正偏离", "优于要求两秒"],
        ],
        [3.4, 2.8, 9.6],
    )
    w.chapter("实施：夜里干，白天不停库")
    w.points(
        "第一周：逐路测画面打分，出留用与更换清单，双方签字。",
        "第二周：每座库一个晚上装边缘盒，原录像机不动。",
        "第三周：月台与预约单、门磁对接，跑通一单一段。",
        "第四至五周：周界画线、定时段，晴夜雨夜各调一轮。",
        "第六周：夜班两班各培训半天，三个数达标即验收。",
    )
    w.note(
        "三个数：每天误报次数、从告警到到场的分钟数、从报单号到出片段的分钟数。上线前先各记两周，作为对照。"
    )
    w.chapter("业绩一：东屿冷链")
    w.say(
        f"{c.warehouses} 座冷库、{c.docks} 个月台、{c.channels} 路画面。货损争议每月 {c.disputes_before} 起降到 {c.disputes_after} 起，取证从 {c.evidence_before} 分钟降到 {c.evidence_after} 分钟；一年少赔 {c.saving} 万元，口径为{c.basis('saving')}。联系人经客户同意后提供。"
    )
    w.chapter("业绩二：昆泰精密")
    w.say(
        f"{k.fence_km} 公里围墙、{k.channels} 路 2017 至 2021 年安装的老摄像头。每天报警 {k.alarms_before} 次降到 {k.alarms_after} 次，到场从 {k.arrive_before} 分钟到 {k.arrive_after} 分钟，夜班岗由 {k.night_posts_before} 个减为 {k.night_posts_after} 个。"
    )
    w.chapter("报价组成")
    w.table(
        [
            ["项目", "单价", "说明"],
            [
                "仓储套装",
                f"{number(raw('products.security.price.warehouse_kit'))} 元/年",
                "一座库一套，超出按路数",
            ],
            ["超出部分", f"{number(raw('products.security.price.per_channel'))} 元/路", "一次性"],
            ["项目制起步", f"{fact('products.security.price.start')} 万元", "32 路起"],
        ],
        [4.2, 4.4, 7.2],
    )
    return w.save()
