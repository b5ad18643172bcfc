"""Window talk becomes tools; everything else stays as it was said."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.studio.phrasebook import sayings
from mcp_nemo.studio.wording import Translated, translate

CHANGED = [
    (
        "Your edit is done: 2 tracks, 30 s. Tap Download to save it.",
        "Your edit is done: 2 tracks, 30 s. Use `export_video` to save it.",
    ),
    ("Hit the Export button when you're happy with it!", "Use `export_video` when you're happy with it!"),
    (
        'Please click on "Export Video" to download the 1080p file.',
        "Please use `export_video` to download the 1080p file.",
    ),
    ("Press the Play button to preview the result.", "Use `export_video` to preview the result."),
    ("Simply press Export.", "Simply use `export_video`."),
    ("To finish, click File > Export.", "To finish, use `export_video`."),
    ("Select the Export option from the menu at the top.", "Use `export_video` from the menu at the top."),
    ('Choose "Export" in the top right corner.', "Use `export_video`."),
    ("Go to the timeline and check the fade at 0:27.", "Use `get_timeline` and check the fade at 0:27."),
    ("You can open the timeline editor.", "You can use `get_timeline`."),
    ("Navigate to the Media panel to upload more clips.", "Use `upload_media` to upload more clips."),
    ("Open the Media Library panel on the left.", "Use `get_timeline`."),
    ("Open the **Effects** panel and choose Blur.", "Use `send_edit` for **Effects** and choose Blur."),
    ("Open the Effects panel.", "Use `send_edit` for “Effects”."),
    (
        "Click the split button to cut the clip at 0:12.",
        "Use `send_edit` for “split” to cut the clip at 0:12.",
    ),
    (
        "Drag the music track to the start of the timeline.",
        "Use `send_edit` to move the music track to the start of the timeline.",
    ),
    (
        "Drag the edges of the clip to trim it to 5 s.",
        "Use `send_edit` to move the edges of the clip to trim it to 5 s.",
    ),
    ("Clips can be dragged to reorder them.", "Clips can be moved with `send_edit` to reorder them."),
    ("Try dragging the title to 0:03.", "Try using `send_edit` to move the title to 0:03."),
    ("Drop your video into the upload area.", "Use `upload_media` for your video."),
    ("Drag your photos onto the timeline.", "Use `send_edit` to put your photos on the timeline."),
    ("Preview the result in the preview window.", "Use `get_timeline` to look at the result."),
    ("Watch it in the player.", "Use `get_timeline` to look at it."),
    (
        "You can use the slider... Move the volume slider to 35%.",
        "You can use the slider... Use `send_edit` to set the volume to 35%.",
    ),
    ("You can export via the Export button in the top right.", "You can export with `export_video`."),
    (
        "With one click on the Export button you get the MP4.",
        "With one call of `export_video` you get the MP4.",
    ),
    ("Check your balance in the top right corner: 40 credits left?", "Use `check_credits`: 40 credits left?"),
    ("Click the Upgrade button to get more credits.", "Use `check_credits` to get more credits."),
    ('Click "New Project" to start over.', "Use `create_session` to start over."),
    ("In the upper-left corner, you'll find the Upload button.", "You can use `upload_media`."),
    ("The Download button below the preview gives you the file.", "`export_video` gives you the file."),
    (
        "Once you click Export, rendering takes about 30 seconds.",
        "Once you use `export_video`, rendering takes about 30 seconds.",
    ),
    (
        'Added "Sunrise" at 40%. Click Export in the top right, or tell me which style you\'d prefer?',
        'Added "Sunrise" at 40%. Use `export_video`, or tell me which style you\'d prefer?',
    ),
    ("Don't click Export yet, the render is at 40%.", "Don't use `export_video` yet, the render is at 40%."),
    ("Reload the page if the timeline looks empty.", "Use `get_timeline` if the timeline looks empty."),
    ("CLICK the EXPORT button", "Use `export_video`"),
    ("Click the button in the top right to export.", "Use `export_video`."),
    ("**Click Export** to download.", "**Use `export_video`** to download."),
    ("- Click `Export`", "- Use `export_video`"),
    (
        '**Step 1:** Click the "Upload" icon on the left side of the screen.',
        "**Step 1:** Use `upload_media`.",
    ),
    ("I suggest clicking Export.", "I suggest using `export_video`."),
    ("You will find the export button at the top of the page.", "You can use `export_video`."),
    ("点击“导出”", "使用 `export_video`"),
    ("点击导出按钮即可下载视频", "使用 `export_video` 即可下载视频"),
    ("请点击右上角的导出按钮。", "请使用 `export_video`。"),
    ("点击页面右上角的【导出】按钮，保存1080p视频。", "使用 `export_video`，保存1080p视频。"),
    ("您可以单击「下载」获取成片。", "您可以使用 `export_video` 获取成片。"),
    ("打开时间线面板查看2条轨道", "使用 `get_timeline` 查看2条轨道"),
    ("打开时间轴，检查0:27处的淡出。", "使用 `get_timeline`，检查0:27处的淡出。"),
    ("请打开素材库上传文件。", "请使用 `upload_media` 上传文件。"),
    ("打开“特效”面板，选择模糊。", "用 `send_edit` 要求“特效”，选择模糊。"),
    ("点击“卡点”按钮，让画面对齐节拍。", "用 `send_edit` 要求“卡点”，让画面对齐节拍。"),
    ("把片段拖到开头", "用 `send_edit` 把片段移到开头"),
    ("将音乐拖动到0:05的位置", "用 `send_edit` 把音乐移到0:05的位置"),
    ("把您的文件拖拽到这里", "用 `upload_media` 上传您的文件"),
    ("拖拽文件到上传区域", "用 `upload_media` 上传文件"),
    ("拖动滑块调整音量到40%", "用 `send_edit` 调整音量到40%"),
    ("在时间线上查看效果", "用 `get_timeline` 查看效果"),
    ("在播放器中播放视频", "用 `get_timeline` 查看视频"),
    ("预览时间线", "用 `get_timeline` 查看"),
    ("通过右上角的导出按钮下载", "使用 `export_video` 下载"),
    ("右上角有导出按钮", "可以使用 `export_video`"),
    ("右上角的“导出”按钮可以下载视频", "`export_video` 可以下载视频"),
    ("导出按钮在右上角", "对应的工具是 `export_video`"),
    ("刷新页面即可看到3个片段", "使用 `get_timeline` 即可看到3个片段"),
    ("点击右上角的余额查看剩余积分", "使用 `check_credits` 查看剩余积分"),
    ("点击“充值”按钮获取更多积分", "使用 `check_credits` 获取更多积分"),
    (
        "音乐已添加，音量40%。点击右上角的“导出”按钮，或者告诉我您想要哪种风格？",
        "音乐已添加，音量40%。使用 `export_video`，或者告诉我您想要哪种风格？",
    ),
    ("点击 **导出** 按钮", "使用 `export_video`"),
    ("视频已生成（30秒），click the Export button 下载", "视频已生成（30秒），use `export_video` 下载"),
    ("点击“新建项目”重新开始", "使用 `create_session` 重新开始"),
    ("在界面左侧点击“上传”按钮添加素材", "使用 `upload_media` 添加素材"),
    ("选择顶部的“导出”选项卡", "使用 `export_video`"),
    ("切换到时间线面板", "使用 `get_timeline`"),
    (
        "Click the **Beat Sync** button to align the cuts.",
        "Use `send_edit` for **Beat Sync** to align the cuts.",
    ),
    ("Just tap “Auto Captions” and wait.", "Just use `send_edit` for “Auto Captions” and wait."),
    ("Press the play button to watch all 30 s.", "Use `export_video` to watch all 30 s."),
    ("Press the **Magic Cut** button in the toolbar.", "Use `send_edit` for **Magic Cut** in the toolbar."),
    ("Then select the download icon.", "Then use `export_video`."),
    ("You can preview in the timeline.", "You can use `get_timeline`."),
    ("Drag and drop your files here.", "Use `upload_media` for your files."),
    ("In the top right corner, click Export.", "Use `export_video`."),
    ("At the top of the screen, hit the share button.", "Use `export_video`."),
    ("The Export button is in the top right corner of the screen.", "The tool for that is `export_video`."),
    (
        "Layers can be dragged and dropped onto each other.",
        "Layers can be moved with `send_edit` onto each other.",
    ),
    ("By clicking the Download button you get a 1080p MP4.", "By using `export_video` you get a 1080p MP4."),
    (
        "Would you like to click Export now, or change the title first?",
        "Would you like to use `export_video`, or change the title first?",
    ),
    ("在右上角选择导出", "使用 `export_video`"),
    ("在左侧点击“特效”选项", "用 `send_edit` 要求“特效”"),
    ("点击卡点按钮", "用 `send_edit` 要求“卡点”"),
    ("打开素材面板，可以看到3个片段。", "使用 `get_timeline`，可以看到3个片段。"),
    ("点右上角的导出按钮", "使用 `export_video`"),
    ("按下“导出”按钮", "使用 `export_video`"),
    ("拖拽片段到0:05处", "用 `send_edit` 把片段移到0:05处"),
    ("可以直接拖拽到结尾", "可以直接用 `send_edit` 移到结尾"),
    ("拖动片段来调整顺序", "用 `send_edit` 移动片段来调整顺序"),
    ("在右上角点击“导出”按钮，需要我继续吗？", "使用 `export_video`，需要我继续吗？"),
    ("您可以在时间线中预览效果。", "您可以用 `get_timeline` 查看效果。"),
    ("点击 Export 按钮", "使用 `export_video`"),
    ("“导出”按钮位于右上角。", "对应的工具是 `export_video`。"),
    ("打开素材库查看片段", "使用 `get_timeline` 查看片段"),
]

UNCHANGED = [
    "The clip opens with a sunrise.",
    "I opened with your logo.",
    "The video opens on a wide shot of the harbour.",
    "It looks like a drag race at night.",
    "The middle drags a little, so I cut 3 seconds.",
    "I kept the drag queen's entrance at 0:14.",
    "Don't let the intro drag the pace down.",
    "Added a click track at 120 BPM.",
    "The click at 0:03 is gone now.",
    "One click of the shutter marks each cut.",
    "The export costs nothing.",
    "Exporting takes about a minute.",
    "Your export is ready.",
    "Two kids press the play button on an old recorder.",
    "A man clicking the play button starts the scene.",
    "The camera should switch to the player on the left.",
    "She taps the table in time with the music.",
    "He hits the ball at 0:07 and the drums come in.",
    "The upload finished: 2 clips, 30 s.",
    "I trimmed the timeline to 20 s.",
    "The timeline has 3 tracks: video, music and a title.",
    "The music drops at 0:10.",
    "I moved the title to the top left corner.",
    "The logo sits in the top right corner of the screen.",
    "The window in the background stays dark.",
    "She opens the red door and the music swells.",
    "I opened the shot with a view of the panel discussion.",
    "The button on his coat catches the light at 0:12.",
    "A tab of 40% was chosen for the music.",
    'Added the title "Click the Export button".',
    "Added the title “Tap Download now” at 0:03.",
    "Changed the text to 'Open the timeline'.",
    "Set the caption to `click Export`.",
    "Click [here](https://nemovideo.com/register) to register.",
    "See https://nemovideo.com/click/Export for more.",
    "Would you like a louder mix, or a softer one?",
    "I can preview two moods: calm or bright.",
    "The save button joke at 0:21 stays.",
    "Select shots were kept: 0:02, 0:09 and 0:15.",
    "Press coverage is named in the end credits.",
    "你可以听到点击声在0:03。",
    "视频开头是打开的大门。",
    "已打开字幕，共3条。",
    "标题改为“点击导出按钮”。",
    "点击率提高了30%。",
    "音乐会一直拖到最后一秒。",
    "画面从右上角慢慢推进。",
    "导出不消耗积分。",
    "导出大约需要一分钟。",
    "视频在第5秒切换到海边。",
    "他按下红色按钮，音乐响起。",
    "已将音量调到40%，您想要哪种风格？",
    "重点“突出产品”放在片头。",
    "时间线有3条轨道：视频、音乐、标题。",
    "上传完成：2个片段，共30秒。",
    "拖沓的部分已剪掉。",
    "预览图已更新。",
    "窗口外的夜景保留了4秒。",
    "I can view the clip in the timeline.",
    "Would you like me to drag the title to 0:05?",
    "I'll open with the drone shot and hit the chorus at 0:12.",
    "You can select a mood: calm, bright or epic.",
    "I doubled the tempo to play it in the timeline's rhythm.",
    "Hit song “Sunrise” was added.",
    "Tap dance scene shortened to 8 s.",
    "Press photos were added at 0:05.",
    "使用素材里的原声。",
    "按下快门的瞬间保留了下来。",
    "用上传的视频做开头。",
    "```\nclick the Export button\n```",
    "Run this:\n```sh\nopen the timeline\n",
    "| action | how |\n|---|---|\n| cut | 0:12 |",
]


@pytest.mark.parametrize(("said", "expected"), CHANGED)
def test_window_talk_becomes_a_tool(said: str, expected: str) -> None:
    assert translate(said).text == expected


@pytest.mark.parametrize("said", UNCHANGED)
def test_what_is_no_window_talk_stays(said: str) -> None:
    assert translate(said) == Translated(said)


@given(st.lists(st.sampled_from(CHANGED), min_size=1, max_size=4), st.sampled_from(UNCHANGED[:20]))
def test_sentences_are_translated_wherever_they_stand(pairs: list[tuple[str, str]], between: str) -> None:
    said = f"\n{between}\n".join(pair[0] for pair in pairs)
    assert translate(said).text == f"\n{between}\n".join(pair[1] for pair in pairs)


@pytest.mark.parametrize("expected", [pair[1] for pair in CHANGED])
def test_a_translation_needs_none(expected: str) -> None:
    assert translate(expected).text == expected


def test_the_tools_are_named_once_in_their_order() -> None:
    said = "Click Upload to add a clip, click Export, then click Upload again. 点击“充值”按钮。"
    assert translate(said).mentions == ("upload_media", "export_video", "check_credits")


def test_a_tool_that_the_reply_itself_names_is_no_mention() -> None:
    assert translate("I used `export_video` for that.").mentions == ()


def test_numbers_names_and_questions_survive() -> None:
    said = (
        "Added **Sunrise** (lo-fi, 40%) from 0:03 to 0:27.\n\n"
        "1. Click **Export** in the top-right corner for the 1080p file.\n"
        "2. Or drag the title to 0:05.\n\n"
        "Which of “Calm” and “Bright” would you like?"
    )
    assert translate(said).text == (
        "Added **Sunrise** (lo-fi, 40%) from 0:03 to 0:27.\n\n"
        "1. Use `export_video` for the 1080p file.\n"
        "2. Or use `send_edit` to move the title to 0:05.\n\n"
        "Which of “Calm” and “Bright” would you like?"
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("\x1b[1mDone\x1b[0m, 2 tracks", "Done, 2 tracks"),
        ("\x1b]8;;https://example.org\x07link\x1b]8;;\x07", "link"),
        ("\x1b]0;never closed, and kept", "]0;never closed, and kept"),
        ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree\tfour"),
        ("be\x07ll\x00 \x9b31mred", "bell red"),
        ("safe\u202etxt\ufeff", "safetxt"),
        ("hidden\U000e0041\U000e0042", "hidden"),
        ("\x1b[31mClick\x1b[0m Export", "Use `export_video`"),
    ],
)
def test_escapes_and_unseen_marks_go(said: str, expected: str) -> None:
    assert translate(said).text == expected


PIECES = [
    *(word for pair in CHANGED for word in pair[0].split()),
    "“",
    '"',
    "`",
    "```",
    "**",
    "\x1b[",
    "ſ",
    "ı",
    "\n",
]


@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))
def test_any_text_comes_through(said: str) -> None:
    translated = translate(said)
    assert all(f"`{tool}`" in translated.text for tool in translated.mentions)
    assert not any(mark in translated.text for mark in "\x00\x07\x1b\x9b\r")


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cf"])))
def test_text_without_tools_in_it_is_kept_letter_for_letter(said: str) -> None:
    translated = translate(said)
    assert translated.mentions or translated.text == said


def test_every_saying_is_a_pattern() -> None:
    for found in sayings().values():
        for saying in found:
            assert saying.match("", 0) is None


LONG = [
    "The clip opens with a sunrise in the middle. ",
    "Click the Export button in the top right. ",
    "点击右上角的“导出”按钮下载视频。",
    "音乐音量为40%，在结尾淡出。",
    "drag the ",
    "click **aaaa aaaa aaaa ",
    "in the top right of the ",
    "“",
    "\"'`[(",
    "\x1b]a",
    "\x1b[0",
    " ",
    "a",
]


@pytest.mark.parametrize("piece", LONG)
def test_a_megabyte_takes_no_time(piece: str) -> None:
    said = piece * (1_000_000 // len(piece.encode()))
    translate(piece)
    start = time.process_time()
    translate(said)
    assert time.process_time() - start < 0.5
