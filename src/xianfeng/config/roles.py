"""The built-in roles: what each may do under the place it is given at. Rows are kept in step after each migrate."""

from __future__ import annotations

from dataclasses import dataclass

BRANCH_WORK = (
    "organizations.view", "organizations.home", "organizations.keep_home", "leadership.view", "members.view", "members.names", "members.mobile",
    "members.transfer", "ledger.view", "activities.view", "activities.change",
    "activities.talks", "dues.view", "dues.change", "dues.accounts",
    "assessment.view", "assessment.report", "assessment.member_scores", "people.activate",
    "development.view", "development.record", "dossiers.keep", "dossiers.decide",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A role of the product. `exclusive`: excludes every other role (separation of the three administrators)."""

    code: str
    name: str
    name_en: str
    permissions: tuple[str, ...]
    exclusive: bool = False
    second_factor: bool = True


ROLES = (
    BuiltIn("clerk", "党务干事", "Branch clerk", BRANCH_WORK, second_factor=False),
    BuiltIn("secretary", "支部书记", "Branch secretary", (*BRANCH_WORK, "members.hardship", "dossiers.sensitive", "dossiers.sanctions"), second_factor=False),
    BuiltIn(
        "office",
        "机关党委办公室",
        "Party office",
        (
            "organizations.view", "organizations.change", "organizations.import", "organizations.home",
            "organizations.keep_home", "leadership.view", "leadership.record",
            "members.view", "members.names", "members.change", "members.import", "members.mobile", "members.transfer",
            "ledger.view", "activities.view", "activities.talks", "dues.view", "dues.change", "dues.accounts", "assessment.view", "assessment.review", "assessment.schemes",
            "assessment.calendar", "assessment.member_scores", "assessment.close", "people.activate", "people.reveal",
            "development.view", "development.record", "development.approve", "development.import",
            "dossiers.keep", "dossiers.decide", "dossiers.confirm", "dossiers.sensitive", "dossiers.sanctions",
        ),
    ),
    BuiltIn(
        "leader",
        "局领导",
        "Leader",
        (
            "organizations.view", "organizations.home", "leadership.view", "members.view", "members.names",
            "members.hardship_named", "ledger.view", "activities.view", "dues.accounts", "assessment.view",
            "development.view",
        ),
    ),
    # Given to two people of the office by name: the office as such does not read the register.
    BuiltIn("hardship_keeper", "困难党员经办", "Keeper of hardship cases", ("members.hardship",)),
    BuiltIn(
        "inspector",
        "纪检监督员",
        "Discipline inspector",
        ("organizations.view", "organizations.home", "leadership.view", "ledger.view", "activities.view", "dues.accounts", "assessment.view"),
    ),
    BuiltIn("system_admin", "系统管理员", "System administrator", ("people.accounts", "organizations.view"), exclusive=True),
    BuiltIn("security_admin", "安全保密员", "Security officer", ("people.grant", "people.privacy", "organizations.view"), exclusive=True),
    BuiltIn("audit_admin", "安全审计员", "Security auditor", ("audit.read", "organizations.view"), exclusive=True),
)  # fmt: skip


def sync() -> None:
    """Make or renew the rows of the built-in roles."""
    from xianfeng.people.models import Role

    for role in ROLES:
        Role.objects.update_or_create(
            code=role.code,
            defaults={
                "name": role.name,
                "name_en": role.name_en,
                "permissions": list(role.permissions),
                "exclusive": role.exclusive,
                "second_factor": role.second_factor,
            },
        )
