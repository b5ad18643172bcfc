"""Moods and styles: what the composer needs to know of each, as data.

Progressions are Roman numerals, a chord a bar, counted on the mood's own scale: in minor, VI lies a
minor sixth up. Case gives the third (V major, v minor), a trailing o the diminished fifth.
Instruments are named in `instruments.py`; figures and grooves in `patterns.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Mood:
    """`words` are what people say for it, lower case, by language.

    `tempo` is a range in beats a minute; `voices` the notes in a chord (4 adds the seventh, 5 the
    ninth); `density`, `drive`, `space` and `swing` run from 0 to 1: how busy the melody is, how hard
    it is played, how much room is around it, how late the off-beats come.
    """

    name: str
    label: str
    words: Mapping[str, tuple[str, ...]]
    tempo: tuple[float, float]
    scale: str
    tonics: tuple[str, ...]
    progressions: tuple[str, ...]
    lead: str
    chords: str
    figure: str
    pad: str = ""
    bass: str = ""
    bass_figure: str = "held"
    groove: str = ""
    voices: int = 3
    density: float = 0.5
    drive: float = 0.5
    space: float = 0.4
    swing: float = 0.0
    texture: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """A lead instrument a person can ask for; `chords`, where set, replaces the mood's as well.

    `pad` is what it plays under others, where it can hold a chord.
    """

    name: str
    words: Mapping[str, tuple[str, ...]]
    lead: str
    chords: str = ""
    pad: str = ""


_ALL_MOODS: Final = (
    Mood(
        name="calm",
        label="Calm",
        words={
            "en": (
                "calm",
                "relaxing",
                "relaxed",
                "peaceful",
                "gentle",
                "soft",
                "soothing",
                "quiet",
                "serene",
            ),
            "zh": ("平静", "轻松", "放松", "舒缓", "安静", "柔和", "宁静", "温柔"),
        },
        tempo=(66, 84),
        scale="major",
        tonics=("C", "D", "F", "G"),
        progressions=("I iii vi IV", "I vi IV V", "IV I ii vi", "I V vi IV"),
        lead="piano",
        chords="keys",
        figure="broken",
        pad="warm pad",
        bass="round bass",
        voices=4,
        density=0.35,
        drive=0.3,
        space=0.55,
    ),
    Mood(
        name="happy",
        label="Happy",
        words={
            "en": ("happy", "cheerful", "joyful", "joyous", "bright", "sunny", "positive", "merry", "summer"),
            "zh": ("快乐", "欢快", "轻快", "开心", "愉快", "阳光", "喜悦", "明快"),
        },
        tempo=(104, 124),
        scale="major",
        tonics=("C", "D", "G", "A"),
        progressions=("I IV I V", "I V vi IV", "I IV ii V", "vi IV I V"),
        lead="glockenspiel",
        chords="guitar",
        figure="strum",
        pad="organ",
        bass="finger bass",
        bass_figure="root and fifth",
        groove="clap along",
        density=0.6,
        drive=0.6,
        space=0.3,
    ),
    Mood(
        name="upbeat",
        label="Upbeat",
        words={
            "en": (
                "upbeat",
                "energetic",
                "lively",
                "fun",
                "dynamic",
                "fast",
                "pop",
                "exciting",
                "dance",
                "party",
                "sporty",
                "sport",
                "workout",
            ),
            "zh": ("动感", "活力", "激情", "有节奏", "节奏感", "流行", "热情", "运动", "派对", "劲爆"),
        },
        tempo=(112, 132),
        scale="major",
        tonics=("C", "D", "E", "G"),
        progressions=("vi IV I V", "I V vi IV", "IV V vi I", "I vi IV V"),
        lead="synth lead",
        chords="piano",
        figure="stabs",
        pad="warm pad",
        bass="synth bass",
        bass_figure="eighths",
        groove="four on the floor",
        density=0.6,
        drive=0.8,
        space=0.3,
    ),
    Mood(
        name="lofi",
        label="Lo-fi",
        words={
            "en": (
                "lo-fi",
                "lofi",
                "lo fi",
                "chill",
                "chillhop",
                "chilled",
                "laid-back",
                "laid back",
                "mellow",
                "study",
                "hip hop",
                "hip-hop",
                "jazzy",
                "jazz",
                "vlog",
            ),
            "zh": ("低保真", "慵懒", "悠闲", "嘻哈", "爵士", "学习", "惬意"),
        },
        tempo=(70, 86),
        scale="dorian",
        tonics=("C", "D", "F", "G", "A"),
        progressions=("i IV i IV", "i VII IV i", "ii i VII i", "i v IV VII"),
        lead="vibraphone",
        chords="keys",
        figure="lazy",
        bass="round bass",
        bass_figure="lazy",
        groove="boom bap",
        voices=5,
        density=0.4,
        drive=0.45,
        space=0.3,
        swing=0.55,
        texture="vinyl",
    ),
    Mood(
        name="cinematic",
        label="Cinematic",
        words={
            "en": ("cinematic", "film", "movie", "filmic", "orchestral", "majestic", "emotional", "travel"),
            "zh": ("电影感", "电影", "影视", "管弦", "大片", "情感", "旅行"),
        },
        tempo=(72, 92),
        scale="minor",
        tonics=("D", "E", "G", "A"),
        progressions=("i VI III VII", "VI VII i III", "i III VI iv", "i VII VI VII"),
        lead="strings",
        chords="piano",
        figure="arpeggio",
        pad="low strings",
        bass="low strings",
        groove="film drums",
        density=0.35,
        drive=0.6,
        space=0.65,
    ),
    Mood(
        name="epic",
        label="Epic",
        words={
            "en": (
                "epic",
                "heroic",
                "powerful",
                "trailer",
                "grand",
                "triumphant",
                "victory",
                "huge",
                "battle",
            ),
            "zh": ("史诗", "震撼", "宏大", "磅礴", "英雄", "胜利", "热血", "燃"),
        },
        tempo=(84, 104),
        scale="minor",
        tonics=("C", "D", "E"),
        progressions=("i VI III VII", "i VI iv V", "VI VII i i", "i III VII VI"),
        lead="brass",
        chords="short strings",
        figure="ostinato",
        pad="strings",
        bass="low strings",
        bass_figure="eighths",
        groove="war drums",
        density=0.4,
        drive=1.0,
        space=0.6,
    ),
    Mood(
        name="dramatic",
        label="Dramatic",
        words={
            "en": ("dramatic", "intense", "serious", "passionate", "stormy"),
            "zh": ("戏剧性", "激烈", "严肃", "强烈", "跌宕"),
        },
        tempo=(80, 104),
        scale="minor",
        tonics=("C", "D", "F", "G"),
        progressions=("i iv V i", "i VI iv V", "i iv VII III", "i VI iio V"),
        lead="strings",
        chords="piano",
        figure="ostinato",
        pad="low strings",
        bass="low strings",
        bass_figure="root and fifth",
        groove="film drums",
        density=0.5,
        drive=0.85,
        space=0.5,
    ),
    Mood(
        name="suspense",
        label="Suspense",
        words={
            "en": (
                "suspense",
                "suspenseful",
                "tense",
                "tension",
                "mysterious",
                "mystery",
                "dark",
                "scary",
                "spooky",
                "horror",
                "thriller",
                "eerie",
                "creepy",
            ),
            "zh": ("悬疑", "紧张", "神秘", "恐怖", "黑暗", "惊悚", "诡异"),
        },
        tempo=(84, 104),
        scale="phrygian",
        tonics=("C", "D", "E"),
        progressions=("i II i II", "i i VI II", "i iv i II", "i vii II i"),
        lead="bells",
        chords="short strings",
        figure="pulse",
        pad="dark pad",
        bass="sub bass",
        bass_figure="heartbeat",
        groove="clockwork",
        density=0.25,
        drive=0.5,
        space=0.7,
    ),
    Mood(
        name="sad",
        label="Sad",
        words={
            "en": (
                "sad",
                "melancholy",
                "melancholic",
                "sorrowful",
                "somber",
                "sombre",
                "nostalgic",
                "lonely",
                "moody",
            ),
            "zh": ("悲伤", "忧伤", "伤感", "难过", "忧郁", "怀旧", "孤独", "悲哀"),
        },
        tempo=(58, 72),
        scale="minor",
        tonics=("A", "D", "E", "C"),
        progressions=("i VI III VII", "i iv VII III", "i v VI iv", "VI III i VII"),
        lead="piano",
        chords="piano",
        figure="broken",
        pad="strings",
        bass="low strings",
        voices=4,
        density=0.35,
        drive=0.3,
        space=0.6,
    ),
    Mood(
        name="romantic",
        label="Romantic",
        words={
            "en": (
                "romantic",
                "love",
                "wedding",
                "tender",
                "sweet",
                "warm",
                "sentimental",
                "touching",
                "heartfelt",
            ),
            "zh": ("浪漫", "爱情", "婚礼", "甜蜜", "温馨", "深情", "感人", "温暖"),
        },
        tempo=(64, 80),
        scale="major",
        tonics=("D", "F", "G", "Bb"),
        progressions=("I iii IV iv", "I vi ii V", "IV V iii vi", "I V vi IV"),
        lead="strings",
        chords="piano",
        figure="arpeggio",
        pad="warm pad",
        bass="round bass",
        voices=4,
        density=0.4,
        drive=0.4,
        space=0.55,
    ),
    Mood(
        name="ambient",
        label="Ambient",
        words={
            "en": (
                "ambient",
                "dreamy",
                "atmospheric",
                "meditative",
                "meditation",
                "ethereal",
                "spacey",
                "floating",
                "nature",
                "spa",
                "yoga",
                "sleep",
            ),
            "zh": ("氛围", "空灵", "梦幻", "冥想", "飘渺", "自然", "瑜伽", "禅意"),
        },
        tempo=(54, 68),
        scale="lydian",
        tonics=("C", "D", "F", "Ab"),
        progressions=("I II I II", "I vi I II", "I V vi I", "vi I iii II"),
        lead="bells",
        chords="keys",
        figure="drift",
        pad="warm pad",
        bass="sub bass",
        voices=4,
        density=0.2,
        drive=0.2,
        space=0.95,
    ),
    Mood(
        name="electronic",
        label="Electronic",
        words={
            "en": (
                "electronic",
                "edm",
                "techno",
                "house",
                "futuristic",
                "tech",
                "cyber",
                "cyberpunk",
                "synthwave",
                "club",
                "gaming",
                "retro",
            ),
            "zh": ("电子", "科技", "未来感", "赛博", "电音", "游戏", "科技感", "复古"),
        },
        tempo=(116, 128),
        scale="minor",
        tonics=("C", "D", "F", "A"),
        progressions=("i VI III VII", "VI VII i i", "i III VII iv", "i VII VI VII"),
        lead="synth lead",
        chords="synth pluck",
        figure="sixteenths",
        pad="saw pad",
        bass="synth bass",
        bass_figure="off beats",
        groove="club",
        density=0.5,
        drive=0.85,
        space=0.4,
    ),
    Mood(
        name="acoustic",
        label="Acoustic",
        words={
            "en": (
                "acoustic",
                "folk",
                "country",
                "unplugged",
                "organic",
                "natural",
                "campfire",
                "indie",
                "rustic",
            ),
            "zh": ("原声", "民谣", "乡村", "不插电", "清新", "田园"),
        },
        tempo=(88, 108),
        scale="major",
        tonics=("C", "D", "E", "G", "A"),
        progressions=("I V vi IV", "I IV vi V", "I iii IV V", "vi IV I V"),
        lead="nylon guitar",
        chords="guitar",
        figure="picking",
        pad="warm pad",
        bass="finger bass",
        bass_figure="root and fifth",
        groove="brushes",
        density=0.45,
        drive=0.45,
        space=0.35,
        swing=0.1,
    ),
    Mood(
        name="corporate",
        label="Corporate",
        words={
            "en": (
                "corporate",
                "business",
                "professional",
                "motivational",
                "motivating",
                "inspirational",
                "inspiring",
                "uplifting",
                "hopeful",
                "optimistic",
                "presentation",
                "promo",
                "commercial",
                "product",
                "tutorial",
            ),
            "zh": ("商务", "企业", "励志", "鼓舞", "专业", "宣传", "积极", "向上", "振奋", "产品"),
        },
        tempo=(104, 120),
        scale="major",
        tonics=("C", "D", "E", "F"),
        progressions=("I V vi IV", "vi IV I V", "IV I V vi", "I vi IV V"),
        lead="piano",
        chords="muted guitar",
        figure="pulse",
        pad="strings",
        bass="finger bass",
        bass_figure="eighths",
        groove="steady",
        density=0.45,
        drive=0.6,
        space=0.4,
    ),
    Mood(
        name="playful",
        label="Playful",
        words={
            "en": (
                "playful",
                "quirky",
                "funny",
                "comedy",
                "comic",
                "cute",
                "silly",
                "whimsical",
                "kids",
                "children",
                "cartoon",
                "pets",
            ),
            "zh": ("俏皮", "搞笑", "可爱", "滑稽", "幽默", "童趣", "调皮", "萌", "卡通", "儿童"),
        },
        tempo=(108, 128),
        scale="major",
        tonics=("C", "F", "G", "Bb"),
        progressions=("I vi ii V", "I IV V I", "I II IV V", "I iii vi V"),
        lead="marimba",
        chords="pizzicato",
        figure="oom pah",
        pad="warm pad",
        bass="upright bass",
        bass_figure="root and fifth",
        groove="tiptoe",
        density=0.65,
        drive=0.5,
        space=0.3,
        swing=0.25,
    ),
)

MOODS: Final[Mapping[str, Mood]] = MappingProxyType({mood.name: mood for mood in _ALL_MOODS})

_ALL_STYLES: Final = (
    Style("piano", {"en": ("piano", "grand piano"), "zh": ("钢琴",)}, "piano", "piano"),
    Style(
        "guitar",
        {"en": ("guitar", "guitars", "ukulele"), "zh": ("吉他", "尤克里里")},
        "nylon guitar",
        "guitar",
    ),
    Style(
        "strings",
        {
            "en": ("strings", "string", "violin", "violins", "cello", "orchestra"),
            "zh": ("弦乐", "小提琴", "大提琴"),
        },
        "strings",
        pad="strings",
    ),
    Style(
        "synth",
        {"en": ("synth", "synths", "synthesizer", "synthesiser"), "zh": ("合成器",)},
        "synth lead",
        pad="saw pad",
    ),
    Style(
        "bells",
        {
            "en": ("bells", "bell", "glockenspiel", "chimes", "music box"),
            "zh": ("铃", "钟琴", "风铃", "八音盒"),
        },
        "bells",
    ),
    Style("organ", {"en": ("organ", "hammond"), "zh": ("管风琴", "风琴")}, "organ", "organ", "organ"),
)

STYLES: Final[Mapping[str, Style]] = MappingProxyType({style.name: style for style in _ALL_STYLES})
