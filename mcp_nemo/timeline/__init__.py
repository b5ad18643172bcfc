"""The short-key draft, decoded: a model, a summary, and the difference of two drafts in words."""
