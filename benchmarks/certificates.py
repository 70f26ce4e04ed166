"""The electronic certificate's PDF (W8), in a process of its own: the first one, and those that follow."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from benchmarks.rows import Row, median_ratio, row
from hardware.printer.drawing import find_fonts
from kiosk.water.certificate_pdf import render
from kiosk.water.certificate_text import CertificateText, certificate_text
from kiosk.water.facts import MonthLine, Statement, Subscriber

_ROOT: Final = Path(__file__).parents[1]
_ISSUED: Final = datetime(2026, 11, 20, 5, tzinfo=UTC)
_AIM_MS: Final = 150


def measure(rounds: int) -> Iterator[Row]:
    """Milliseconds for a certificate, beside fpdf2 writing as many lines with the whole font file."""
    command = [sys.executable, "-m", "benchmarks.certificates", str(rounds)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=_ROOT)
    taken = json.loads(done.stdout)
    ours, bare = taken["ours"], taken["bare"]
    yield row("a certificate's PDF, the first in a process: ms", taken["first"], aim=("ours", "at most", 1000))
    yield row(
        "a certificate's PDF, against fpdf2 with the whole font: ms",
        statistics.median(ours),
        statistics.median(bare),
        median_ratio(ours, bare),
        aim=("ours", "at most", _AIM_MS),
    )


def _certificate() -> CertificateText:
    subscriber = Subscriber(
        "1204587", "population", "5AB1C2D", "Aygün", "Nümunəyeva", "Misal qızı", "Bakı, Nəsimi r., Misal küç. 12",
        4, True, True, "mechanical", "active", False,
    )  # fmt: skip
    months = ("2025-11", "2025-12", *(f"2026-{number:02d}" for number in range(1, 11)))
    lines = tuple(MonthLine(month, Decimal("12.500"), Decimal("12.50"), Decimal("12.50")) for month in months)
    statement = Statement(subscriber, "all", lines, months[-1], Decimal("16.00"), _ISSUED)
    number, code = "A-2026-000001", "0123456789AB"
    address = f"https://su.example.az/check?n={number}&c={code}"
    return certificate_text(statement, number, _ISSUED, address, code, operator="Su Təchizatı Xidməti", language="az")


def _bare(certificate: CertificateText) -> None:
    """As many lines as a certificate has, as fpdf2 writes them by itself."""
    from fpdf import FPDF

    fonts = find_fonts()
    pdf = FPDF()
    pdf.add_font("plain", "", fonts.plain)
    pdf.add_font("plain", "B", fonts.bold)
    pdf.add_page()
    for style in ("", "B"):
        pdf.set_font("plain", style, 9)
        for line in (*certificate.facts, *certificate.rows):
            pdf.cell(0, 5, " ".join(part or "" for part in line), new_x="LMARGIN", new_y="NEXT")
    pdf.output()


def _milliseconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _main(rounds: int) -> None:
    certificate = _certificate()
    taken: dict[str, float | list[float]] = {"first": _milliseconds(lambda: render(certificate, _ISSUED))}
    pairs = [
        (_milliseconds(lambda: render(certificate, _ISSUED)), _milliseconds(lambda: _bare(certificate)))
        for _ in range(max(rounds, 3))
    ]
    taken["ours"], taken["bare"] = [mine for mine, _ in pairs], [bare for _, bare in pairs]
    print(json.dumps(taken))


if __name__ == "__main__":
    _main(int(sys.argv[1]))
