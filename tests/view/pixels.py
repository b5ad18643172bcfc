"""What a browser shows, as pixels."""

from base64 import b64decode
from io import BytesIO

import numpy as np
from PIL import Image
from playwright.sync_api import Locator

from tests.media import Picture

_DRAW = """async (shown) => {
  await shown.decode?.();
  const canvas = document.createElement("canvas");
  canvas.width = shown.videoWidth ?? shown.naturalWidth;
  canvas.height = shown.videoHeight ?? shown.naturalHeight;
  canvas.getContext("2d").drawImage(shown, 0, 0);
  return canvas.toDataURL("image/png");
}"""


def picture_of(shown: Locator) -> Picture:
    """Of an image, or of a video where it stands."""
    drawn: str = shown.evaluate(_DRAW)
    with Image.open(BytesIO(b64decode(drawn.partition(",")[2]))) as image:
        return np.asarray(image.convert("RGB"))
