"""What `xianfeng score` says, in both languages. Django's catalogues are not loaded for it."""

from __future__ import annotations

import os

from xianfeng.assessment.scheme import Language

TEXTS: dict[str, tuple[str, str]] = {
    "about": (
        "Score facts from files by a scheme, without a database.",
        "按考核方案给数据文件中的事实计分，不需要数据库。",
    ),
    "scheme": ("the scheme, YAML", "考核方案（YAML）"),
    "facts": (
        "the facts, CSV or Parquet with the columns measure, subject, day, done, due: a file or a folder of files",
        "事实（CSV 或 Parquet，含 measure、subject、day、done、due 列）：一个文件，或一个文件夹",
    ),
    "subjects": (
        "who is scored, CSV with the column subject; without it, everyone the facts name",
        "计分名单（CSV，含 subject 列）；不给时，事实中出现的都计分",
    ),
    "as_of": (
        "score as of the evening of this day (YYYY-MM-DD); without it, the last day of the year",
        "截至哪一天（YYYY-MM-DD）；不给时为年度最后一天",
    ),
    "out": ("where the scores go, .csv or .parquet", "得分写到哪里（.csv 或 .parquet）"),
    "engine": ("duckdb: this machine; spark: a cluster", "duckdb：本机；spark：集群"),
    "master": ("the address of the Spark cluster, spark://HOST:PORT", "Spark 集群地址，spark://主机:端口"),
    "level": (
        "what is written: total: one row for each subject; item: its items and categories too; cell: everything",
        "写到哪一级：total 只写总分；item 加写小项和大类；cell 全部写出",
    ),
    "memory": ("stay within so much memory, like 800MB or 4GB", "最多用多少内存，如 800MB、4GB"),
    "strict": ("write nothing when any row cannot be used", "只要有一行不能用，就什么也不写"),
    "day_wanted": (
        "“{value}” is not a day that exists; write it like 2026-03-31",
        "“{value}”不是存在的日期，请写成 2026-03-31 的形式",
    ),
    "day_outside": ("{value} is not in the year of the scheme", "{value} 不在考核方案的年度内"),
    "number_wanted": (
        "“{value}” is not a decimal number; write it like 2 or 0.25",
        "“{value}”不是数字，请写成 2 或 0.25 的形式",
    ),
    "number_places": (
        "{value} has more than 4 decimal places; round it",
        "{value} 超过 4 位小数，请按 4 位填写",
    ),
    "number_big": ("{value} is beyond 100,000,000", "{value} 超过 1 亿"),
    "text_wanted": ("this is empty; fill it in", "此处为空，请填写"),
    "measure_unknown": ("the scheme names no measure “{value}”", "考核方案中没有“{value}”这项指标"),
    "row_short": (
        "the row has not as many fields as the heading: {value}",
        "此行的列数与表头不同：{value}",
    ),
    "column_missing": (
        "there is no column “{value}”; add it or correct its name",
        "没有“{value}”列，请添加或改正列名",
    ),
    "column_twice": ("the heading names “{value}” twice; keep one", "表头有两个“{value}”列，请保留一个"),
    "column_type": (
        "the column “{column}” holds {value}; give texts, whole numbers or decimals, and days as dates",
        "“{column}”列是 {value} 类型；请用文本、整数或十进制小数，日期用日期类型",
    ),
    "sums_big": (
        "the amounts together are beyond what is added exactly; score the files in parts",
        "数值合计超出精确计算的范围，请分批计分",
    ),
    "file_empty": ("the file is empty; its first line names the columns", "文件为空；首行应为列名"),
    "file_open": ("cannot be opened: {value}", "打不开：{value}"),
    "file_write": ("cannot be written: {value}", "写不进：{value}"),
    "not_there": ("there is no such file", "没有这个文件"),
    "file_kind": (
        "only CSV and Parquet files are read; give one",
        "只读 CSV 和 Parquet 文件，请改用其中一种",
    ),
    "out_kind": (
        "scores are written to .csv or .parquet; name one",
        "得分只写成 .csv 或 .parquet，请改文件名",
    ),
    "folder_mixed": (
        "the folder has both CSV and Parquet files; give them apart",
        "文件夹里既有 CSV 又有 Parquet，请分开",
    ),
    "file_text": (
        "is not UTF-8 text; save it as “CSV UTF-8”",
        "不是 UTF-8 文本，请另存为“CSV UTF-8”",
    ),
    "csv": ("this is not CSV: {value}", "不合 CSV 格式：{value}"),
    "memory_wanted": (
        "“{value}” is not an amount of memory; write it like 800MB or 4GB",
        "“{value}”不是内存大小，请写成 800MB 或 4GB",
    ),
    "memory_little": ("at least 512MB are needed", "至少需要 512MB"),
    "master_wanted": (
        "--engine spark needs --master spark://HOST:PORT",
        "--engine spark 需要 --master spark://主机:端口",
    ),
    "no_worker": (
        "{value} gives no worker; see that one is free, or ask for less with --memory",
        "{value} 没有可用的工作节点；请确认有空闲节点，或用 --memory 少要一些内存",
    ),
    "extra_missing": (
        'This needs the extra “{extra}”: python -m pip install "xianfeng[{extra}]"',
        '需要先安装“{extra}”组件：python -m pip install "xianfeng[{extra}]"',
    ),
    "more": ("… and {value} more", "……另有 {value} 处"),
    "refused": (
        "Nothing was written. Correct this and run the command again.",
        "未写入任何内容，请改正后重试。",
    ),
    "warning": ("note", "提示"),
    "done": (
        "{subjects} subjects scored from {rows} rows as of {day}: {out}",
        "已按 {rows} 行数据给 {subjects} 个对象计分，截至 {day}：{out}",
    ),
    "grades": ("grades: {grades}", "等次：{grades}"),
    "unscored": ("{count} without any line that counts", "{count} 个对象没有应计的细则"),
    "after": ("{count} rows lie after the day and were left aside", "期后 {count} 行，未计入"),
    "unlisted": ("{count} rows are of subjects not listed", "名单外 {count} 行，未计入"),
    "rows_refused": (
        "{count} rows could not be used, listed in {file}:",
        "{count} 行不能用，已列入 {file}：",
    ),
    "rows_reason": ("  {count}: {column}{reason}", "  {count} 行：{column}{reason}"),
}


def language() -> Language:
    """The language of the terminal: Chinese where the locale says so, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh-hans" if value.lower().startswith("zh") else "en"
    return "en"


def template(key: str) -> str:
    """A text with the places of its values."""
    english, chinese = TEXTS[key] if key else ("", "")
    return chinese if language() == "zh-hans" else english


def say(key: str, **values: object) -> str:
    """A text of this command in the terminal's language."""
    return template(key).format(**values)


class InputError(Exception):
    """What was given cannot be used; one line for each reason, each with file, line and column."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__("\n".join(reasons))
