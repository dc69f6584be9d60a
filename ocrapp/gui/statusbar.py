"""The status bar: what goes on at the left, facts about the result at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from ocrapp.gui.confidence import mean_confidence
from ocrapp.gui.desk import Desk
from ocrapp.gui.entries import Entry, State
from ocrapp.gui.recognise import RecogniseView

_COALESCE_MS = 40
"""Progress comes faster than anybody reads."""


class StatusBar(QStatusBar):
    """Progress with its stop button, messages, and provider, counts, seconds and confidence."""

    def __init__(self, view: RecogniseView) -> None:
        super().__init__()
        self._view = view
        self._desk: Desk = view.desk
        self._bar = QProgressBar(textVisible=False)
        self._bar.setFixedSize(150, 6)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._doing = QLabel()
        self._stop = QToolButton()
        self._stop.setDefaultAction(view.actions_.cancel)
        self._stop.setProperty("quiet", True)
        self._stop.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._stop.setAccessibleName(self.tr("Stop"))
        self._work = QWidget()
        row = QHBoxLayout(self._work)
        row.setContentsMargins(10, 0, 4, 0)
        row.setSpacing(10)
        for widget in (self._bar, self._doing, self._stop):
            row.addWidget(widget)
        row.addStretch()
        # As high as with its button, so that nothing jumps when work begins.
        self.setMinimumHeight(self._stop.sizeHint().height() + 8)
        self._facts = QLabel()
        self._facts.setContentsMargins(8, 4, 10, 4)
        self.setSizeGripEnabled(False)
        self.addWidget(self._work, 1)
        self.addPermanentWidget(self._facts)
        self._soon = QTimer(self, singleShot=True, interval=_COALESCE_MS)
        self._soon.timeout.connect(self.refresh)
        self._desk.activity.connect(self._later)
        view.current_changed.connect(self._later)
        view.commands.said.connect(lambda text: self.showMessage(text, 4000))
        self.refresh()

    @property
    def facts(self) -> str:
        """What stands at the right."""
        return self._facts.text()

    @property
    def doing(self) -> str:
        """What goes on, empty while nothing does."""
        return self._doing.text()

    def refresh(self) -> None:
        """Say what is so now."""
        busy = self._desk.busy
        for widget in (self._bar, self._stop):
            widget.setVisible(busy)
        self._doing.setText(self._activity() if busy else "")
        self._bar.setRange(0, 0 if busy and self._desk.loading else 1000)
        self._bar.setValue(round(1000 * self._desk.fraction))
        self._facts.setText("   ·   ".join(self._fact_list(self._view.current)))

    def _later(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _activity(self) -> str:
        if self._desk.loading:
            return self.tr("Loading the models…")
        reading = self._desk.reading
        name = reading.file_name if reading else ""
        done, total = self._desk.batch
        if total <= 1 or not name:
            return self.tr("Reading {name}").format(name=name) if name else self.tr("Opening…")
        return self.tr("Reading {number} of {total}: {name}").format(
            number=min(done + 1, total), total=total, name=name
        )

    def _fact_list(self, entry: Entry | None) -> list[str]:
        wording = self._desk.wording
        entries = list(self._desk.entries)
        facts = []
        page = entry.page if entry else None
        if page is not None:
            facts.append(wording.provider(page.provider))
            self._facts.setToolTip(f"{page.provider}\n{', '.join(page.models)}")
        done = sum(entry.state is State.DONE for entry in entries)
        if entries:
            facts.append(wording.pages(done, len(entries)))
            facts.append(wording.failed(sum(entry.state is State.FAILED for entry in entries)))
        if page is not None:
            facts.append(wording.words(sum(1 for _ in page.words)))
            facts.append(wording.seconds(page.seconds))
            mean = mean_confidence(page.words)
            if mean is not None:
                facts.append(self.tr("confidence {percent}").format(percent=wording.percent(mean)))
        return [fact for fact in facts if fact]
