"""Rows of figures as a markdown table and as JSON."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass, field


@dataclass
class Row:
    """One engine with one number of cores."""

    engine: str
    dtype: str
    cores: int
    setting: str = ""
    tokens_per_s: list[float] = field(default_factory=list)
    max_difference: float | None = None
    fault: str = ""

    @property
    def median(self) -> float | None:
        return statistics.median(self.tokens_per_s) if self.tokens_per_s else None


def beside(row: Row, rows: list[Row], dtype: str) -> str:
    """How many times as fast as `row` stellig is in a number type, at as many cores; stellig's own rows have none."""
    if row.engine.startswith("stellig"):
        return ""
    own = next((r for r in rows if r.engine.startswith("stellig") and r.cores == row.cores and r.dtype == dtype and r.median), None)
    return f"{own.median / row.median:.2f}" if own and row.median else ""


def table(rows: list[Row]) -> str:
    """A markdown table."""
    lines = [
        "| engine | cores | setting | tokens/s, median | best | stellig f32 is faster by | stellig in the same type by | max. difference of logits |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        if row.median is None:
            lines.append(f"| {row.engine} | {row.cores} | {row.fault.splitlines()[-1] if row.fault else 'not run'} | | | | | |")
            continue
        difference = "" if row.max_difference is None else f"{row.max_difference:.1e}"
        figures = [f"{row.median:,.0f}", f"{max(row.tokens_per_s):,.0f}", beside(row, rows, "f32"), beside(row, rows, row.dtype), difference]
        lines.append("| " + " | ".join([row.engine, str(row.cores), row.setting, *figures]) + " |")
    return "\n".join(lines)


def as_json(rows: list[Row]) -> list[dict]:
    """All fields, and the median."""
    return [asdict(row) | {"median": row.median} for row in rows]
