"""ChatML, the chat format of the course's decoders."""

END = "<|endoftext|>"
TURN_START = "<|im_start|>"
TURN_END = "<|im_end|>"


def chatml(system: str | None = None) -> str:
    """A ChatML template (Jinja) that marks what the assistant says, so that `assistant_only_loss` finds it.

    Args:
        system: content of the system turn that is put in front where a chat has none; None puts none.
    """
    default = ""
    if system is not None:
        turn = f"{TURN_START}system\\n{system}{TURN_END}\\n"
        default = f"{{% if messages[0]['role'] != 'system' %}}{{{{ '{turn}' }}}}{{% endif %}}"
    return (
        f"{default}{{% for message in messages %}}"
        f"{{{{ '{TURN_START}' + message['role'] + '\\n' }}}}"
        "{% if message['role'] == 'assistant' %}"
        f"{{% generation %}}{{{{ message['content'] + '{TURN_END}' }}}}{{% endgeneration %}}"
        f"{{% else %}}{{{{ message['content'] + '{TURN_END}' }}}}{{% endif %}}"
        "{{ '\\n' }}{% endfor %}"
        f"{{% if add_generation_prompt %}}{{{{ '{TURN_START}assistant\\n' }}}}{{% endif %}}"
    )
