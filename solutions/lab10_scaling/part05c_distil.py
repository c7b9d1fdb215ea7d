# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 10 · Teach a smaller model
#
# *Why.* A label names one class. A trained teacher also says how sure it is and which mistake is the nearer one. A student
# with half the layers can learn from both, and unlike rounding and zeros, half the layers really take half the time.
#
# *Effort.* Hard, 20 minutes, 11 points.
#
# The cross-entropy of lab 4, −log *p* of the true class, is a special case. Between any two distributions it is
# −Σ *p*(class) · log *q*(class). Write
#
# - `cross_entropy`: the mean over rows, where `targets` holds a distribution in each row;
# - `distillation_loss`: the **soft** loss is the cross-entropy between teacher and student, *both* with their logits divided
#   by the temperature, multiplied by the temperature's square (the gradients of softened logits are smaller by that factor: Hinton
#   and others 2015, arXiv 1503.02531). The **hard** loss is the usual one against the labels, without temperature. The result
#   is soft_weight · soft + (1 − soft_weight) · hard. No gradient goes to the teacher;
# - `distillation_settings`: the temperature and soft_weight that you want to use. **You choose**: it is measured below,
#   and you defend the choice in Exercise 12. Soft_weight is above 0 and at most 1.
#
# <details><summary>Hint 1: large logits</summary>
#
# log(softmax(x)) of a logit of 1000 overflows if it is written out; <code>torch.log_softmax</code> does not.
# </details>
#
# <details><summary>Hint 2: the hard loss by the general function</summary>
#
# A label is a distribution too: <code>nn.functional.one_hot(labels, classes).float()</code>.
# </details>


# %%
student = torch.tensor([[1.0, 0.0, -1.0], [0.2, 1.4, 0.0], [3.0, 1.0, 0.5]])
teacher = torch.tensor([[2.0, 1.0, -3.0], [0.0, 4.0, 1.0], [1.0, 2.0, 0.0]])
labels = torch.tensor([0, 1, 2])
soft_ce = nn.functional.cross_entropy


def loss_of(temperature: float, soft_weight: float) -> float:
    """distillation_loss of the three rows above, as a number."""
    kept = [tensor.clone() for tensor in (student, teacher, labels)]
    found = distillation_loss(student, teacher, labels, temperature, soft_weight)
    same = all(torch.equal(a, b) for a, b in zip(kept, (student, teacher, labels), strict=True))
    checks.that(same, "The function changes the tensors that it is given: divide into new ones.")
    checks.that(found is not None, "distillation_loss returns nothing: does it return its result?")
    return float(found)


# %% answer="distillation"
def cross_entropy(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean over rows of -sum(p log q), q the softmax of logits (rows, classes), p = targets (rows, classes); a scalar."""
    ### BEGIN SOLUTION
    return -(targets * torch.log_softmax(logits, dim=1)).sum(dim=1).mean()
    ### END SOLUTION


def distillation_loss(
    student_logits: torch.Tensor,
    teacher_logits: torch.Tensor,
    labels: torch.Tensor,
    temperature: float,
    soft_weight: float,
) -> torch.Tensor:
    """Scalar loss of a student; logits (rows, classes), labels (rows,) whole numbers, soft_weight 0 to 1."""
    ### BEGIN SOLUTION
    soft_targets = torch.softmax(teacher_logits.detach() / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, soft_targets)
    hard_targets = nn.functional.one_hot(labels, student_logits.shape[1]).to(student_logits.dtype)
    return soft_weight * soft + (1 - soft_weight) * cross_entropy(student_logits, hard_targets)
    ### END SOLUTION


def distillation_settings() -> dict[str, float]:
    """{"temperature": above 0, "soft_weight": above 0, at most 1}: what you want to use below."""
    ### BEGIN SOLUTION
    return {"temperature": 2.0, "soft_weight": 0.5}
    ### END SOLUTION


# %% check="distil_cross_entropy" points=3 tags=["inside"]
logits = torch.tensor([[2.0, 0.0, -1.0], [0.5, 0.5, 3.0]])
targets = torch.tensor([[0.7, 0.2, 0.1], [0.0, 0.5, 0.5]])
log_q = torch.log_softmax(logits, dim=1)
rows = -(targets * log_q).sum(1)
found = checks.unchanged(cross_entropy, logits, targets)
checks.that(found is not None and torch.as_tensor(found).numel() == 1, "The loss is one number: the mean over rows.")
checks.that(not torch.isclose(found, rows.sum()), "That is the sum over rows: take their mean.")
checks.that(not torch.isclose(found, -rows.mean()), "That is the loss with the wrong sign: -sum(p log q) is positive.")
checks.that(not torch.isclose(found, rows.mean() / 3), "Classes are added, rows are averaged: yours averages both.")
argmax = nn.functional.cross_entropy(logits, targets.argmax(1))
checks.that(
    not torch.isclose(found, argmax), "That looks at the likeliest class of each target only: all classes count."
)
divergence = (torch.xlogy(targets, targets).sum(1) + rows).mean()
checks.that(
    not torch.isclose(found, divergence), "That is the KL divergence, which is smaller by the targets' own entropy."
)
checks.close(found, rows.mean(), "the cross-entropy of two rows")
sharp = cross_entropy(torch.tensor([[1000.0, 0.0]]), torch.tensor([[0.0, 1.0]]))
checks.close(
    sharp, 1000.0, "the cross-entropy where a logit is 1000", hint="Use a softmax in logarithms: exp(1000) overflows."
)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for count, classes in [(1, 2), (7, 5)]:
    logits = torch.from_numpy(rng.normal(size=(count, classes))).float()
    targets = torch.from_numpy(rng.dirichlet(np.ones(classes), size=count)).float()
    checks.close(
        cross_entropy(logits, targets), nn.functional.cross_entropy(logits, targets), "the cross-entropy", rtol=1e-4
    )
learned = logits.clone().requires_grad_()
cross_entropy(learned, targets).backward()
checks.close(learned.grad, (torch.softmax(logits, 1) - targets) / len(logits), "its gradient", rtol=1e-3, atol=1e-6)
### END HIDDEN TESTS

# %% check="distil_soft" points=4 tags=["inside"]
expected = 9 * soft_ce(student / 3, torch.softmax(teacher / 3, 1))
found = loss_of(3.0, 1.0)
checks.that(not np.isclose(found, expected / 9, rtol=1e-4), "Multiply the soft loss by the temperature's square.")
checks.that(not np.isclose(found, expected / 3, rtol=1e-4), "By the square of the temperature, not by itself.")
cold = 9 * soft_ce(student / 3, torch.softmax(teacher, 1)), 9 * soft_ce(student, torch.softmax(teacher / 3, 1))
checks.that(
    not np.isclose(found, float(cold[0]), rtol=1e-4), "The teacher's logits are divided by the temperature too."
)
checks.that(
    not np.isclose(found, float(cold[1]), rtol=1e-4), "The student's logits are divided by the temperature too."
)
swapped = 9 * soft_ce(teacher / 3, torch.softmax(student / 3, 1))
checks.that(
    not np.isclose(found, float(swapped), rtol=1e-4),
    "The teacher gives the targets and the student is to predict them.",
)
checks.that(
    not np.isclose(found, float(soft_ce(student, labels)), rtol=1e-4), "At soft_weight 1 the labels count for nothing."
)
checks.close(found, float(expected), "the loss at temperature 3 and soft_weight 1", rtol=1e-4)
checks.close(
    loss_of(1.0, 1.0),
    float(soft_ce(student, torch.softmax(teacher, 1))),
    "the loss at temperature 1, soft_weight 1",
    rtol=1e-4,
)
### BEGIN HIDDEN TESTS
held = teacher.clone().requires_grad_()
learned = student.clone().requires_grad_()
distillation_loss(learned, held, labels, 2.0, 0.5).backward()
checks.that(held.grad is None or not held.grad.any(), "A gradient goes to the teacher: it is fixed (detach).")
checks.that(learned.grad is not None and learned.grad.any(), "No gradient reaches the student.")
### END HIDDEN TESTS
pair = [torch.from_numpy(side).float() for side in checks.fresh("distil_soft").normal(size=(2, 6, 3))]
none = torch.zeros(6, dtype=torch.long)
checks.hand_over(losses=[float(distillation_loss(*pair, none, t, 1.0)) for t in (1.0, 2.5, 6.0)])

# %% check="distil_mixture" points=4
hard = float(soft_ce(student, labels))
soft = float(4 * soft_ce(student / 2, torch.softmax(teacher / 2, 1)))
found = loss_of(2.0, 0.0)
warm = float(soft_ce(student / 2, labels))
checks.that(not np.isclose(found, warm, rtol=1e-4), "The hard loss has no temperature: the labels are not softened.")
checks.that(not np.isclose(found, 4 * hard, rtol=1e-4), "The temperature's square belongs to the soft loss only.")
checks.close(found, hard, "the loss at soft_weight 0: that of the labels", rtol=1e-4)
found = loss_of(2.0, 0.2)
checks.that(
    not np.isclose(found, 0.8 * soft + 0.2 * hard, rtol=1e-4),
    "soft_weight belongs to the soft loss, 1 - soft_weight to the hard one.",
)
checks.that(not np.isclose(found, 0.2 * soft + hard, rtol=1e-4), "The hard loss has the weight 1 - soft_weight.")
checks.close(found, 0.2 * soft + 0.8 * hard, "the loss at temperature 2 and soft_weight 0.2", rtol=1e-4)
chosen = distillation_settings()
checks.that(isinstance(chosen, dict), "distillation_settings should return a dictionary.")
checks.keys(chosen, ["temperature", "soft_weight"], "your settings")
checks.that(float(chosen["temperature"]) > 0, "A temperature is above 0: logits are divided by it.")
checks.that(
    0 < float(chosen["soft_weight"]) <= 1, "With a soft_weight of 0 nothing is distilled: above 0, and at most 1."
)
rng = checks.fresh("distil_mixture")
drawn = [torch.from_numpy(rng.normal(size=(5, 4))).float() for _ in range(2)]
marks = torch.from_numpy(rng.integers(0, 4, size=5))
checks.hand_over(
    losses=[float(distillation_loss(*drawn, marks, t, w)) for t, w in [(1, 0.5), (2, 0.3), (4, 0.9), (8, 1)]]
)
