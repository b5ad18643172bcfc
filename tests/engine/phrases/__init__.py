"""What people say, as data.

`*.txt`: paragraphs of sayings that all mean the operations indented below them, or `refused`; a line
`# three` names the scene they are said in, until the next. `timelines.jsonl`: what must be on the timeline.
"""
