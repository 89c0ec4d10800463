"""Programs that measure speed against peers and limits, side by side in one run. They are not tests."""
