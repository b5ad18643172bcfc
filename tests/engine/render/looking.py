"""What a picture shows, and where."""

import numpy as np

from tests.media import Colour, Picture

BLUE, RED, GREEN, YELLOW = (40, 90, 160), (200, 60, 30), (40, 160, 70), (220, 200, 40)
BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def quarters(size: tuple[int, int] = (320, 180)) -> Picture:
    """Blue and red above, green and yellow below."""
    width, height = size
    picture = np.empty((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2], picture[: height // 2, width // 2 :] = BLUE, RED
    picture[height // 2 :, : width // 2], picture[height // 2 :, width // 2 :] = GREEN, YELLOW
    return picture


def colour_at(picture: Picture, x: float, y: float) -> Colour:
    """At shares of the width and the height."""
    height, width, _ = picture.shape
    red, green, blue = picture[int(height * y), int(width * x)].tolist()
    return red, green, blue


def assert_colour(picture: Picture, x: float, y: float, colour: Colour, within: int = 8) -> None:
    found = np.array(colour_at(picture, x, y))
    assert np.abs(found - colour).max() <= within, f"{found} instead of {colour}"


def assert_quarters(picture: Picture) -> None:
    """As `quarters` draws them."""
    for x, y, colour in ((0.1, 0.1, BLUE), (0.9, 0.1, RED), (0.1, 0.9, GREEN), (0.9, 0.9, YELLOW)):
        assert_colour(picture, x, y, colour, within=6)


def corners(picture: Picture) -> list[Colour]:
    """Of the four that `quarters` draws, those found in its places."""
    known = (BLUE, RED, GREEN, YELLOW, BLACK)
    found = [colour_at(picture, x, y) for y in (0.25, 0.75) for x in (0.25, 0.75)]
    return [min(known, key=lambda colour: np.abs(np.subtract(colour, seen)).sum()) for seen in found]
