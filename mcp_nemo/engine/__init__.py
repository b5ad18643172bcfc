"""A backend on this machine: it speaks the NemoVideo API, and really edits and renders."""
