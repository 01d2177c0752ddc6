"""Fetches pages politely, finds their related links and hands both over."""
