"""Where the bodies of archived pages lie: put away, brought back, moved and swept."""
