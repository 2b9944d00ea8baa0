"""What becomes of activities when two rows turn out to be one human."""

from __future__ import annotations

from xianfeng.people.merging import by_hand, moves
from xianfeng.people.models import Person

from .actions import recount
from .models import Activity, Attendance

State = Attendance.State
# Of two lines at one activity the one that tells most stays.
RANK = {State.PRESENT: 0, State.MADE_UP: 1, State.LEAVE: 2, State.ABSENT: 3, State.EXEMPT: 4}

moves("activities.Activity.led_by", "activities.Activity.recorded_by")


@by_hand("activities.Attendance.person")
def _attendances(kept: Person, gone: Person) -> None:
    """Each activity counts once; its facts are stated anew."""
    lines = list(Attendance.objects.filter(person=gone))
    held = {line.activity_id: line for line in Attendance.objects.filter(person=kept)}
    Attendance.objects.filter(person=gone).update(counts_for=None)
    for line in lines:
        other = held.get(line.activity_id)
        if other is not None:
            worse = max(line, other, key=lambda one: RANK[State(one.state)])
            worse.delete()
            if worse is line:
                continue
        Attendance.objects.filter(pk=line.pk).update(person=kept, counts_for=None)
    touched = Activity.objects.filter(pk__in=[line.activity_id for line in lines])
    recount(list(touched), {kept.pk, gone.pk})
