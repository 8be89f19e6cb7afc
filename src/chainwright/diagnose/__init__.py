"""Find weak links and strengths: stuck necks, dropped chains."""

from chainwright.diagnose.necks import NeckThresholds, StuckNecks, stuck_necks

__all__ = ["NeckThresholds", "StuckNecks", "stuck_necks"]
