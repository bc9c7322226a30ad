"""Reports of every kind, made by hand."""

from collections.abc import Callable

import msgspec

from gate.report import (
    AccessChange,
    AccessColumn,
    Examined,
    Extent,
    Finding,
    Location,
    PlanReport,
    Report,
    Statement,
    Waiver,
    Witness,
    report,
)

BLOCKING = Finding(
    rule="KMS001",
    name="full-kms-access",
    level="error",
    blocks=True,
    plan="plan.json",
    address="aws_iam_role_policy.app",
    attribute="policy",
    principals=("role app",),
    statements=(Statement(1, "AppKms", '{"Sid":"AppKms","Effect":"Allow","Action":"kms:*","Resource":"*"}'),),
    message="role app may newly call every KMS action on every key",
    witness=Witness(
        "role app",
        "kms:ScheduleKeyDeletion",
        "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-0123456789ab",
        ('StringEquals aws:RequestedRegion is "eu-west-1"',),
    ),
    location=Location("iam/main.tf", 12),
    fingerprint="3f9a1c2b7d5e4f60",
    changes=('Statement[1].Action was ["kms:Decrypt"], is "kms:*"',),
    remedy=(
        "replace `kms:*` by the actions that are needed, and `*` by the ARN of the key",
        "administer keys from another role than the one that uses them",
    ),
    example=(
        "statement {",
        '  actions   = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"]',
        "  resources = [aws_kms_key.app.arn]",
        "}",
    ),
    before=(Statement(1, "AppKms", '{"Sid":"AppKms","Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}'),),
    actions=("kms:CancelKeyDeletion", "kms:CreateAlias"),
    resources=("*",),
    named=("role app",),
    alike="0123456789abcdef0123456789abcdef",
    kind="role",
)
WARNING = Finding(
    rule="KMS003",
    name="decrypt-on-every-key",
    level="warning",
    blocks=False,
    plan="plan.json",
    address="module.reader.aws_iam_policy.read",
    attribute="policy",
    principals=("role reader", "role etl"),
    statements=(Statement(0, None, '{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}'),),
    message="two roles may newly decrypt with every key",
    witness=Witness("role reader", "kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/0a1b"),
    location=Location("modules/reader/main.tf", 3),
    fingerprint="aa01aa01aa01aa01",
)
UNDETERMINED = Finding(
    rule="KMS009",
    name="undetermined",
    level="error",
    blocks=True,
    plan="plan.json",
    address='module.app["blue"].aws_iam_role_policy.this[0]',
    attribute="policy",
    principals=(),
    statements=(),
    message="the policy is not known until apply, and its worst case grants full KMS access",
    witness=None,
    location=None,
    fingerprint="0909090909090909",
    remedy=("give gate the configuration: --source DIR",),
)
WAIVED = msgspec.structs.replace(
    BLOCKING,
    blocks=False,
    address="module.break_glass.aws_iam_role_policy.admin",
    principals=("role break-glass",),
    message="role break-glass may newly call every KMS action on every key",
    named=("role break-glass",),
    fingerprint="7777777777777777",
    location=None,
    waiver=Waiver("emergency access, reviewed every quarter", "security@example.com", "2027-01-31"),
)
OFF = msgspec.structs.replace(WARNING, level="note", address="aws_iam_policy.off", fingerprint="0ff0ff0ff0ff0ff0")
PLAN = PlanReport(
    path="plan.json",
    terraform_version="1.9.5",
    format_version="1.2",
    complete=True,
    documents=3,
    principals=2,
    examined=(
        Examined("aws_iam_role_policy.app", "policy", ("role app",)),
        Examined("module.reader.aws_iam_policy.read", "policy", ("role reader", "role etl")),
        Examined("module.break_glass.aws_iam_role_policy.admin", "policy", ("role break-glass",)),
        Examined("aws_iam_role_policy_attachment.app", "policy_arn", ("role app",)),
    ),
)


def forty() -> Report:
    """Forty blocking findings in two plans, one for forty principals."""
    plans = tuple(
        msgspec.structs.replace(
            PLAN,
            path=path,
            documents=20,
            principals=20,
            examined=tuple(Examined(f"aws_iam_role_policy.app[{i}]", "policy", (f"role app-{i}",)) for i in range(20)),
        )
        for path in ("network/plan.json", "service/plan.json")
    )
    findings = tuple(
        msgspec.structs.replace(
            BLOCKING,
            plan=plan.path,
            address=f"aws_iam_role_policy.app[{i}]",
            principals=(f"role app-{i}",) if i else tuple(f"role app-{j}" for j in range(40)),
            message=f"role app-{i} may newly call every KMS action on every key",
            named=(f"role app-{i}",),
            fingerprint=f"{number:02x}{i:014x}",
        )
        for number, plan in enumerate(plans)
        for i in range(20)
    )
    return report(plans, findings)


NONE, NAMED, EVERY = Extent("none"), Extent("named"), Extent("every")
COLUMNS = ("use", "grant on", "administer", "destroy")


def access(principal: str, *columns: AccessColumn, **more: object) -> AccessChange:
    """A row of the matrix; columns that are not given stay at nothing."""
    given = {column.column: column for column in columns}
    every = tuple(given.get(name, AccessColumn(name, NONE, NONE, "same")) for name in COLUMNS)
    return AccessChange(principal, every, **more)  # type: ignore[arg-type]


ACCESS = (
    access(
        "role app",
        AccessColumn("use", NAMED, EVERY, "more"),
        AccessColumn("grant on", NONE, EVERY, "more"),
        AccessColumn("administer", NONE, Extent("every", "account 111122223333", conditional=True), "more"),
        AccessColumn("destroy", NAMED, NAMED, "same"),
        gained=("kms:Decrypt", "kms:ReEncryptFrom", "kms:CreateGrant", "kms:PutKeyPolicy"),
    ),
    access("role etl", AccessColumn("use", NONE, NAMED, "more"), gained=("kms:Decrypt",)),
    access("role reader", AccessColumn("use", NONE, NAMED, "more"), gained=("kms:Decrypt",)),
    access("role retired", AccessColumn("use", EVERY, NONE, "less"), lost=("kms:Decrypt", "kms:Encrypt")),
    access("role moved", AccessColumn("use", NAMED, NAMED, "other"), gained=("kms:Decrypt",), lost=("kms:Decrypt",)),
    access(
        "user bob",
        *(AccessColumn(name, NONE, Extent("none", undetermined=True), "undetermined") for name in COLUMNS),
    ),
    access("role lister", gained=("kms:ListKeys",)),
    access("everyone", AccessColumn("use", NONE, NAMED, "more"), gained=("kms:Decrypt",), key="aws_kms_key.data"),
)


def one_cause() -> Report:
    """Forty blocking findings that one change brought about."""
    findings = tuple(
        msgspec.structs.replace(
            BLOCKING,
            address=f'module.service["{i:02}"].aws_iam_role_policy.kms',
            principals=(f"role service-{i:02}",),
            message=f"role service-{i:02} may newly call every KMS action on every key",
            named=(f"role service-{i:02}",),
            location=Location("modules/service/main.tf", 22),
            fingerprint=f"{i:016x}",
            cause="c0ffee",
        )
        for i in range(40)
    )
    return report((msgspec.structs.replace(PLAN, documents=40, principals=40, examined=()),), findings)


REPORTS: dict[str, Callable[[], Report]] = {
    "one": lambda: report((PLAN,), (BLOCKING,)),
    "forty": forty,
    "one cause": one_cause,
    "pass": lambda: report((PLAN,), ()),
    "warnings": lambda: report(
        (PLAN,),
        (WARNING, msgspec.structs.replace(WARNING, address="aws_iam_policy.b", fingerprint="bb", location=None)),
    ),
    "undetermined": lambda: report((PLAN,), (UNDETERMINED,)),
    "waived": lambda: report((PLAN,), (WAIVED,)),
    "off": lambda: report((PLAN,), (OFF,)),
    "mixed": lambda: report(
        (msgspec.structs.replace(PLAN, complete=False, unproven_roles=3),),
        (BLOCKING, WARNING, UNDETERMINED, WAIVED),
        ".gate.toml of refs/remotes/origin/main",
        ("the waiver of `KMS001` for module.break_glass ends in 9 days",),
    ),
    "matrix": lambda: report((msgspec.structs.replace(PLAN, access=ACCESS),), (BLOCKING, WARNING)),
    "empty": lambda: report((msgspec.structs.replace(PLAN, documents=0, principals=0, examined=()),), ()),
}


def full_of(text: str, count: int = 1) -> Report:
    """Blocking findings that have the text wherever a plan can put one."""
    finding = msgspec.structs.replace(
        BLOCKING,
        plan=text,
        address=text,
        attribute=text,
        principals=(text, f"{text}2"),
        statements=(Statement(0, text, text),),
        before=(Statement(0, text, text),),
        message=text,
        witness=Witness(text, text, text, (text,)),
        location=Location(text, 1),
        changes=(text, text),
        remedy=(text, text),
        example=(text, text),
    )
    numbered = [msgspec.structs.replace(finding, fingerprint=f"{number:016x}") for number in range(count)]
    return report((msgspec.structs.replace(PLAN, path=text),), tuple(numbered), text, (text,))
