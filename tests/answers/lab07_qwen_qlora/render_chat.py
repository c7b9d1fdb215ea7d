# %% right="a loop that adds strings"
def render_chat(messages, add_generation_prompt=False):
    text = ""
    for message in messages:
        text += "<|im_start|>" + message["role"] + "\n" + message["content"] + "<|im_end|>" + "\n"
    if add_generation_prompt:
        text += "<|im_start|>assistant\n"
    return text


# %% right="a Jinja template of one's own"
import jinja2

CHATML = jinja2.Template(
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>{{ '\n' }}{% endfor %}"
    "{% if ask %}<|im_start|>assistant{{ '\n' }}{% endif %}"
)


def render_chat(messages, add_generation_prompt=False):
    return CHATML.render(messages=messages, ask=add_generation_prompt)


# %% right="the assistant's opening as one more, cut, turn"
def render_chat(messages, add_generation_prompt=False):
    opened = ["<|im_start|>{role}\n".format(**m) for m in messages]
    turns = [head + m["content"] + "<|im_end|>\n" for head, m in zip(opened, messages, strict=True)]
    return "".join([*turns, *(["<|im_start|>assistant\n"] if add_generation_prompt else [])])


# %% wrong="the assistant's turn is not closed" loses=["chat_turns"] says="where to stop"
def render_chat(messages, add_generation_prompt=False):
    text = ""
    for m in messages:
        text += f"<|im_start|>{m['role']}\n{m['content']}" + ("" if m["role"] == "assistant" else "<|im_end|>") + "\n"
    return text + ("<|im_start|>assistant\n" if add_generation_prompt else "")


# %% wrong="content stripped" loses=["chat_turns"] says="just as it is"
def render_chat(messages, add_generation_prompt=False):
    text = "".join(f"<|im_start|>{m['role']}\n{m['content'].strip()}<|im_end|>\n" for m in messages)
    return text + ("<|im_start|>assistant\n" if add_generation_prompt else "")


# %% wrong="roles taken in turns, user first" loses=["chat_roles"] says="role stands in the message"
def render_chat(messages, add_generation_prompt=False):
    roles = ["user", "assistant"]
    text = "".join(f"<|im_start|>{roles[n % 2]}\n{m['content']}<|im_end|>\n" for n, m in enumerate(messages))
    return text + ("<|im_start|>assistant\n" if add_generation_prompt else "")


# %% wrong="the opened turn is closed at once" loses=["chat_opening"] says="leave it open"
def render_chat(messages, add_generation_prompt=False):
    text = "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)
    return text + ("<|im_start|>assistant\n<|im_end|>\n" if add_generation_prompt else "")


# %% wrong="the generation prompt is forgotten" loses=["chat_opening"] says="open the assistant's turn"
def render_chat(messages, add_generation_prompt=False):
    return "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)


# %% wrong="a turn is opened after every question, asked or not" loses=["chat_opening"] says="nothing is opened at its end"
def render_chat(messages, add_generation_prompt=False):
    text = "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)
    return text + ("<|im_start|>assistant\n" if messages[-1]["role"] == "user" else "")


# %% wrong="no line breaks between the turns" loses=["chat_turns", "chat_opening"] says="line break"
def render_chat(messages, add_generation_prompt=False):
    text = "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>" for m in messages)
    return text + ("<|im_start|>assistant\n" if add_generation_prompt else "")
