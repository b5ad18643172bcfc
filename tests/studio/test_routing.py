"""What is no edit goes to its own tool; whatever may be an edit does not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.studio.routing import Route, route

WISHES: dict[Route, list[str]] = {
    "export": [
        "export",
        "Export!",
        "export it please",
        "Please export the video.",
        "Can you export it now?",
        "send me the video",
        "Send me the final video, please",
        "download",
        "download the finished video",
        "I'd like to download my video",
        "I’d like to download my video",
        "How do I download it?",
        "save the video to my computer",
        "export as mp4 in 1080p",
        "Export it as MP4, high quality, 4K",
        'export it as "Lisbon"',
        "export it to ~/Videos/lisbon-trip.mp4",
        "Looks great, export it!",
        "That's it. Export the project",
        "export and download it",
        "render the final cut",
        "Give me the mp4",
        "can I have the file?",
        "is the video ready?",
        "where's my video?",
        "EXPORT IT 🎉",
        "ｅｘｐｏｒｔ",
        "export for instagram",
        "let's render it then",
        "导出",
        "导出视频",
        "请帮我导出吧",
        "把视频发给我",
        "把成片发给我，谢谢",
        "下载视频",
        "我要下载",
        "怎么下载视频？",
        "可以导出了吗？",
        "导出为MP4，1080P",
        "保存视频到本地",
        "好的，导出吧",
        "给我成片",
        "匯出",
    ],
    "credits": [
        "credits",
        "balance",
        "how many credits do I have left?",
        "What's my balance?",
        "check my credits please",
        "show me my credit balance",
        "how much balance is left",
        "do I have any credits?",
        "Credits remaining?",
        "How do I get more credits?",
        "积分",
        "余额",
        "我还有多少积分？",
        "查一下余额",
        "积分还剩多少",
        "还有没有积分",
        "怎么充值积分？",
        "查看账户余额",
    ],
    "timeline": [
        "status",
        "Status?",
        "show tracks",
        "show me the timeline",
        "what's on the timeline?",
        "What is on the timeline right now?",
        "list all the tracks",
        "what tracks do we have?",
        "where are we?",
        "What did you change?",
        "show the project",
        "let me see the timeline",
        "what does the timeline look like?",
        "preview",
        "how many tracks are there",
        "give me an overview",
        "状态",
        "现在什么状态？",
        "显示轨道",
        "时间线上有什么？",
        "看看时间线",
        "查看当前时间轴",
        "有几条轨道",
        "预览",
        "进度怎么样了？",
    ],
    "upload": [
        "upload",
        "upload a file",
        "I want to upload a video",
        "Can I upload another clip?",
        "how do I upload my footage?",
        "upload /home/ana/Videos/beach.mp4",
        "Upload these: /a/one.mp4, /a/two.mov",
        r"upload C:\Videos\beach.mp4",
        "please upload https://example.org/clips/beach.mp4",
        "import my photos",
        "let me send you a file",
        "/home/ana/Videos/beach.mp4",
        "here is my video: https://example.org/beach.mp4",
        "上传",
        "上传文件",
        "我想上传一个视频",
        "怎么上传素材？",
        "帮我上传/home/ana/beach.mp4",
        "导入图片",
    ],
}

EDITS = [
    "add music and export it",
    "add music at 40% and then export it",
    "add music, then export",
    "Export it after you trim the end",
    "fade out the music, then show me the timeline",
    'add a title "Export"',
    "add a title 'Export'",
    "add the text Download now",
    "upload counter overlay",
    "add an upload counter overlay",
    "make the credits roll at the end",
    "add end credits",
    "add credits",
    "roll the credits",
    "opening credits with my name",
    "remove the credits",
    "balance the audio",
    "balance the colors",
    "balance the music and the voice",
    "trim the first 3 seconds",
    "cut the video to 10 seconds",
    "show the title for 3 seconds",
    "show a status bar at the top",
    "mute the second track",
    "delete all tracks but the first",
    "clear the timeline",
    "edit the timeline",
    "move the music to the end of the timeline",
    "add music to the whole timeline",
    "use beach.mp4 as the intro",
    "intro.mp4 first",
    "put logo.png in the top right corner",
    "attach the logo to the video",
    "upload this song and use it as background music",
    "download a calm song and add it",
    "render the title in red",
    "export button in red",
    "don't export yet",
    "make it 4k",
    "make it shorter",
    "slow it down",
    "undo",
    "what is this video about?",
    "add music that matches the mood",
    "preview the fade louder",
    "title: Credits",
    "make it ready for youtube with subtitles in English",
    "add https://example.org/song.mp3 as background music",
    "加片尾字幕 credits",
    "导出按钮换成红色的文字",
    "加一个“导出”的标题",
    "添加背景音乐并导出",
    "加音乐，然后导出视频",
    "把音乐调小一点再导出",
    "剪掉前三秒，导出",
    "显示进度条",
    "添加状态栏",
    "加上积分动画",
    "删除第二条轨道",
    "清空时间线",
    "把音乐移到时间线末尾",
    "下载一首轻音乐加进去",
    "上传计数器动画",
    "上传的视频加上字幕",
    "平衡一下声音",
    "淡出音乐",
    "标题改成“余额”",
    "让片尾滚动字幕",
    "不要导出",
]


@pytest.mark.parametrize(("wish", "said"), [(wish, said) for wish, all_ in WISHES.items() for said in all_])
def test_a_wish_that_is_no_edit_has_a_route(wish: Route, said: str) -> None:
    assert route(said) == wish


@pytest.mark.parametrize("said", EDITS)
def test_what_may_be_an_edit_has_none(said: str) -> None:
    assert route(said) is None


@pytest.mark.parametrize("said", ["", "   ", "?", "please", "Thanks, looks great!", "谢谢", "👍"])
def test_politeness_alone_is_no_wish(said: str) -> None:
    assert route(said) is None


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("show me the timeline, then export it", "timeline"),
        ("export it and tell me how many credits I have left", "export"),
        ("查一下余额，然后导出", "credits"),
    ],
)
def test_of_several_wishes_the_first_counts(said: str, first: Route) -> None:
    assert route(said) == first


WORDS = sorted({word for all_ in WISHES.values() for said in all_ for word in said.split()})


@given(st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_text_is_read_without_a_failure(said: str) -> None:
    assert route(said) in {*WISHES, None}


@given(st.sampled_from([said for all_ in WISHES.values() for said in all_]))
def test_one_unknown_word_makes_it_an_edit(said: str) -> None:
    assert route(f"sharpen {said}") is None
    assert route(f"{said} 模糊") is None


def test_a_long_text_takes_no_time() -> None:
    start = time.process_time()
    assert route("export it please " * 100_000) is None
    assert route("it " * 100) is None
    assert time.process_time() - start < 0.2
