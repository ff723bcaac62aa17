from hub.base import i18n
from hub.base.i18n import _, lazy, n_, speaking


def test_chinese_is_said_as_it_is_written():
    assert _("工具包") == "工具包"
    assert n_("%(n)s 件", 1234) == "1,234 件"


def test_english_is_said_while_speaking_english_and_chinese_again_after():
    with speaking("en"):
        assert _("工具包") == "Toolkit"
    assert _("工具包") == "工具包"


def test_english_counts_one_and_many_apart():
    with speaking("en"):
        assert [n_("%(n)s 件", n) for n in (0, 1, 2)] == ["0 items", "1 item", "2 items"]


def test_values_are_filled_in_both_languages():
    assert _("可以说：%(text)s", text="好") == "可以说：好"
    with speaking("en"):
        assert _("可以说：%(text)s", text="yes") == "You can say: yes"


def test_a_phrase_nobody_translated_is_said_in_chinese():
    with speaking("en"):
        assert _("这句话没有英文") == "这句话没有英文"


def test_a_lazy_phrase_is_put_into_the_language_of_its_reader():
    label = lazy("草稿")
    with speaking("en"):
        assert str(label) == "Draft"
        assert f"{label}" == "Draft"
    assert str(label) == "草稿"
    assert label == "草稿"


def test_a_lazy_phrase_is_escaped_where_it_stands_in_html():
    assert lazy("<b>%(x)s", x="&").__html__() == "&lt;b&gt;&amp;"


def test_an_unknown_language_becomes_chinese():
    with speaking("fr"):
        assert i18n.current() == "zh-CN"


def test_a_label_made_at_import_can_name_several():
    with speaking("en"):
        assert (str(lazy("工具包")), str(lazy("工具包", n=2))) == ("Toolkit", "Toolkits")
