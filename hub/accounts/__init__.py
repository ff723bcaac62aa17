"""Accounts: people, roles, teams, sign-ins, tokens, and who may read what."""

from hub.accounts.actions import (
    accept_invitation,
    add_person,
    add_team,
    change_password,
    invite,
    make_api_token,
    restrict,
    revoke_api_token,
    set_active,
    set_approver,
    set_industries,
    set_password,
    set_readers,
    set_roles,
    set_teams,
    sign_in,
    sign_in_as_demo,
    sign_out,
)
from hub.accounts.first import first_administrator
from hub.accounts.models import (
    ROLES,
    ApiToken,
    ApproverGrant,
    Interest,
    Invitation,
    Person,
    Reader,
    Restriction,
    RoleGrant,
    SignIn,
    Team,
    TeamMember,
)
from hub.accounts.own import (
    change_own_password,
    edit_own,
    end_other_sign_ins,
    end_sign_in,
    is_cookie_of,
    own_sign_ins,
)
from hub.accounts.passwords import hashed
from hub.accounts.queries import (
    actor,
    actors,
    approvers,
    by_cookie,
    by_email,
    by_name,
    by_token,
    demo_people,
    has_anybody,
    industries_of,
    invitation,
    may_read,
    names,
    people,
    people_by_ids,
    person,
    readable,
    readers,
    restriction,
    restrictions,
    roles_of,
    team_by_key,
    teams,
    teams_of,
    tokens_of_person,
    with_role,
)
from hub.accounts.roster import SAMPLE as ROSTER_SAMPLE
from hub.accounts.roster import RosterRow, add_roster, plan_roster
from hub.accounts.rules import ADMIN, EVERYONE, SYSTEM, Actor, draft_tokens, reader_tokens
from hub.accounts.staff import (
    Profile,
    approves,
    edit_person,
    find_people,
    members,
    new_team,
    rename_team,
    set_members,
    team,
    team_by_name,
)
