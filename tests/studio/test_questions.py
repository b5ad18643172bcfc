"""A reply that waits for an answer is told from one that is only kind."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.studio.questions import asks

QUESTIONS = [
    "Which style would you like?",
    "Which style would you like? I can do lo-fi, jazz or rock.",
    "Which style would you like?\n- Lo-fi\n- Jazz\n- Rock",
    "**Which style would you like?**",
    "Which one should I use? 😊",
    "I found two songs. Should I use the first one?",
    "Would you like me to continue?",
    "Do you want the title at the top or at the bottom?",
    "Where should the title go?",
    'Should I use "Sunrise" or "Night drive"?',
    "Shall I go ahead?",
    "How loud should the music be?",
    "Is that OK?",
    "I couldn't find that clip. Would you like to try something else?",
    "The clip is 5 minutes long; what length do you prefer?",
    "Please tell me which clip to trim.",
    "Tell me which clip you mean.",
    "So, please tell me what the title should say.",
    "Please specify a length in seconds.",
    "Please confirm.",
    "Please choose a style: lo-fi, jazz or rock.",
    "To go on, please provide the text of the title.",
    "Let me know which version you prefer.",
    "Let me know if I should continue.",
    "Reply with 1 or 2.",
    "Would you like the music louder",
    "I need to know the mood first.",
    "需要我继续吗",
    "需要我继续吗？",
    "您想要哪种风格？",
    "您想要哪种风格？我可以做爵士或者摇滚。",
    "请告诉我要剪哪一段。",
    "请选择一种风格：爵士、摇滚、轻音乐。",
    "请问标题写什么",
    "音乐要放在哪里？",
    "要不要我把音量调低一点？",
    "我找到了两首歌，用第一首可以吗？",
    "请确认。",
    "这样好不好",
    "Music is ready. 需要我继续吗？",
]

STATEMENTS = [
    "",
    "Done.",
    "Why not try export?",
    "I've added the music. Why not try exporting it?",
    "Done! Anything else?",
    "The title is in place. Is there anything else I can help you with?",
    "Looks great, doesn't it?",
    "What changed? The music is at 40% now.",
    'Added the title "Ready?"',
    "Added the title “Where are you?” at 0:03.",
    "Set the text to `what do you want?`.",
    "See https://example.org/?do=you for more.",
    "Let me know if you'd like any changes!",
    "If you need any changes, please tell me.",
    "If anything is off, tell me.",
    "Feel free to tell me about further changes.",
    "I told you which clip was cut.",
    "The narrator asks which way to go.",
    "It is a question of taste.",
    "Please note that the export takes a minute.",
    "Please wait.",
    "I have confirmed the length: 30 s.",
    "Whatever you choose, the music fits.",
    "好了。",
    "已添加音乐，音量为40%。",
    "为什么不试试导出呢？",
    "已完成！还有其他需要吗？",
    "如果需要其他修改，请告诉我。",
    "如需调整，请随时告诉我。",
    "标题已改为“准备好了吗？”。",
    "很漂亮，不是吗？",
    "我告诉了观众故事在哪里发生。",
]


@pytest.mark.parametrize("reply", QUESTIONS)
def test_a_question_waits_for_an_answer(reply: str) -> None:
    assert asks(reply)


@pytest.mark.parametrize("reply", STATEMENTS)
def test_a_statement_or_a_courtesy_does_not(reply: str) -> None:
    assert not asks(reply)


@given(st.sampled_from(QUESTIONS), st.sampled_from(STATEMENTS))
def test_a_question_after_a_statement_is_heard(question: str, statement: str) -> None:
    assert asks(f"{statement}\n{question}")


@given(st.text() | st.text(alphabet="a?.吗“\"' \n"))
def test_any_text_is_judged(reply: str) -> None:
    assert asks(reply) in (True, False)


@pytest.mark.parametrize("piece", ["a?", "why not ", "please tell me, ", "需要我继续", '"', "?", "so "])
def test_a_long_reply_takes_no_time(piece: str) -> None:
    reply = piece * (1_000_000 // len(piece.encode()))
    asks(piece)
    start = time.process_time()
    asks(reply)
    assert time.process_time() - start < 0.5
