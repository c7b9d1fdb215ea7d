# %% right="one environment, split by hand"
STRICT = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)


def fill_template(template, row):
    halves = template.split("|||", 1) if "|||" in template else [template, ""]
    return tuple(STRICT.from_string(half).render(**row).strip() for half in halves)


# %% right="jinja2.Template, a copy of the row"
def fill_template(template, row):
    values = dict(row)
    prompt, *rest = template.split("|||", maxsplit=1)
    filled = [jinja2.Template(half, undefined=jinja2.StrictUndefined).render(values) for half in (prompt, *rest)]
    return filled[0].strip(), filled[1].strip() if rest else ""


# %% right="a list of two"
def fill_template(template, row):
    def fill(half):
        return jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(half).render(row).strip()

    place = template.find("|||")
    if place < 0:
        return [fill(template), ""]
    return [fill(template[:place]), fill(template[place + 3 :])]


# %% wrong="the default: what is missing vanishes" loses=["template_missing"] says="jinja2.UndefinedError"
def fill_template(template, row):
    before, _, after = template.partition("|||")
    return jinja2.Template(before).render(row).strip(), jinja2.Template(after).render(row).strip()


# %% wrong="rendered first, split afterwards" loses=["template_text"] says="split the template before"
def fill_template(template, row):
    text = jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(template).render(row)
    before, _, after = text.partition("|||")
    return before.strip(), after.strip()


# %% wrong="rendered twice" loses=["template_text"] says="a second time"
def fill_template(template, row):
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)

    def fill(half):
        return environment.from_string(environment.from_string(half).render(row)).render(row).strip()

    before, _, after = template.partition("|||")
    return fill(before), fill(after)


# %% wrong="escaped as for a web page" loses=["template_text"] says="autoescape"
def fill_template(template, row):
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=True)
    before, _, after = template.partition("|||")
    return tuple(environment.from_string(half).render(row).strip() for half in (before, after))


# %% wrong="white space left at the ends" loses=["template_halves", "template_text"] says="yours is"
def fill_template(template, row):
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    before, _, after = template.partition("|||")
    return tuple(environment.from_string(half).render(row) for half in (before, after))


# %% wrong="completion first" loses=["template_halves", "template_text"] says="swapped"
def fill_template(template, row):
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    before, _, after = template.partition("|||")
    return tuple(environment.from_string(half).render(row).strip() for half in (after, before))


# %% wrong="takes the values out of the row" loses=["template_halves", "template_text"] says="row has been changed"
def fill_template(template, row):
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    values = {name: row[name] for name in list(row)}
    before, _, after = template.partition("|||")
    found = tuple(environment.from_string(half).render(values).strip() for half in (before, after))
    row["prompt"] = found[0]
    return found


# %% wrong="a template without ||| is refused" loses=["template_halves"] says="a prompt with the completion"
def fill_template(template, row):
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    before, after = template.split("|||", 1)
    return tuple(environment.from_string(half).render(row).strip() for half in (before, after))
