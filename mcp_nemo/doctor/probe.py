"""What renders stand on, tried in a process of its own and told as one line of JSON."""

import json
import sys
from collections.abc import Mapping

ENCODERS = ("libx264", "aac")
TEXTS: Mapping[str, str] = {
    "Latin": "The quick brown fox: façade, Ærø, Łódź, İzmir",
    "Chinese": "给视频添加音乐",
    "Japanese": "動画に音楽を",
    "Korean": "동영상에 음악",
}


def missing_encoders() -> list[str]:
    from av.codec import Codec
    from av.codec.codec import UnknownCodecError

    missing = []
    for name in ENCODERS:
        try:
            Codec(name, "w")
        except UnknownCodecError:
            missing.append(name)
    return missing


def scripts_lacking() -> list[str]:
    """What titles cannot be written in here; a render looks for its typeface in the same way."""
    from mcp_nemo.typefaces import face_for

    return [script for script, text in TEXTS.items() if face_for(text)[1]]


if __name__ == "__main__":
    found = {"missing_encoders": missing_encoders(), "scripts_lacking": scripts_lacking()}
    sys.stdout.write(json.dumps(found))
