"""Attributes that are computed when they are first asked for, by any number of threads."""

import threading

from fracorr.once import computed_once


class Slow:
    def __init__(self):
        self.calls = 0
        self.meeting = threading.Barrier(2, timeout=20)

    @computed_once
    def value(self):
        """Something."""
        self.calls += 1
        return [self.calls]

    @computed_once
    def met(self):
        """Wait for the other thread, which can come only where the two do not wait for each other."""
        self.meeting.wait()
        return object()


def test_it_is_computed_when_first_asked_for_and_then_stays():
    slow = Slow()
    assert slow.calls == 0
    first = slow.value
    assert slow.value is first
    assert slow.calls == 1
    assert Slow.value.__doc__ == "Something."


def test_threads_do_not_wait_for_each_other_and_agree_in_the_end():
    slow, seen = Slow(), []
    threads = [threading.Thread(target=lambda: seen.append(slow.met)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 2
    assert seen[0] is seen[1] is slow.met
