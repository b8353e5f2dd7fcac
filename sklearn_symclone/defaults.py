"""Every number that was tuned: what it counts, and what it was chosen on.

Generated tasks, which are O5, inertia, particle and the pendulum of two springs, were drawn for it
with seeds from 100 on, which no published figure uses. Of the real tables, which are muon pairs,
poker hands, pen digits and boards of tic-tac-toe, ``benchmarks/NOTES.md`` says which samples were
seen; it has the experiments, too.
"""

from __future__ import annotations

# --- The imitation of a whole reference ----------------------------------------------------------

#: Samples of a gradient step. Chosen on generated tasks; 256 and 1024 are a little worse.
CLONE_BATCH_SIZE = 512
#: Largest learning rate of SOAP. Chosen on inertia, O5 and muon pairs; 1e-2 and 4e-2 are worse.
CLONE_LEARNING_RATE = 2e-2
#: Gradient steps for up to ``MANY_SAMPLES`` samples. For more of them the number of steps grows
#: with the square root of the number of samples. Chosen on O5 with 3000 samples.
CLONE_STEPS = 1500
#: Samples beyond which an imitation is longer, and is asked to be more exact.
MANY_SAMPLES = 1000
#: Error of a clone, as ``clone_error_``, that is asked for with up to ``MANY_SAMPLES`` samples. For
#: more of them, whose references are better, it falls in proportion. Chosen on generated tasks.
CLONE_TOL = 1e-5
#: An imitation runs in rounds. The last round has all but one of this many parts of the epochs; the
#: rest is divided in the same way, down to a first round of at least ``FIRST_ROUND`` epochs.
ROUND_PARTS = 5
FIRST_ROUND = 2
#: Epochs of the trial that chooses between activations, and the least share of all epochs that must
#: be left after the trials. Chosen on the pendulum and muon pairs.
TRIAL_EPOCHS = 2
REST_AFTER_TRIALS = 0.5
#: Another activation is taken if its loss after the trial is below this share of the first one's.
#: Chosen on generated tasks: the pendulum has .67, all others 1.2 and more.
CLEARLY_BETTER = 0.8
#: Share of the units that are squares in the first hidden layers of "silu_square", and the number
#: of these layers. Chosen on inertia, O5 and particle; .5 to .95 were tried.
SQUARES = 0.9
SQUARED_LAYERS = 2
#: Delta of the Huber loss, in standard deviations of the reference's answers. Chosen on muon pairs,
#: where the squared error is four to ten times worse.
HUBER_DELTA = 0.1
#: Samples to imitate count less beyond this quantile of the distances from the mean, with this
#: power of the distance. Chosen on particle and inertia.
TYPICAL_QUANTILE = 0.75
TAIL_POWER = 3

# --- How long a reference learns -----------------------------------------------------------------

#: Parts of the samples. Each is held out once, and is predicted by a reference of the others.
REFERENCE_FOLDS = 5
#: Samples of positive weight in each of them, at least: of fewer, nothing is held out.
LEAST_IN_FOLD = 4
#: Gradient steps of the references whose held-out losses are compared first, and the number of
#: folds that are held out for it; one, if there are more than ``FEW_SAMPLES`` samples.
SCOUT_STEPS = (20, 60, 180)
SCOUTS = 3
#: Where held-out samples want a short fit, all folds compare these multiples of the best of them.
NEARBY = (1 / 3, 2 / 3, 1, 3 / 2)
#: A longer fit is clearly worse if its mean held-out loss is larger by this many standard errors.
CLEARLY_WORSE = 1.0
#: Most samples still gain if the median of their losses falls below this share of what it was.
STILL_GAINS = 0.7
#: A clone need not be nearer to its reference than this share of the reference's held-out error.
#: Only where held-out samples stop the reference early.
FAITHFUL_ENOUGH = 3e-3

# --- Where a reference is imitated ---------------------------------------------------------------

#: Cloning inputs that are drawn once, answered by the reference, and learned in many epochs. Chosen
#: on inertia, O5 and particle; half as many are worse, twice as many are level.
POOL = 65536
#: The same where the clone need not be exact: of a reference that is not, and in a search.
SMALL_POOL = 16384
#: Share of the cloning inputs that no group element moves. Not tuned.
UNMOVED = 0.1
#: Largest jitter of a sample, as a share of the difference of two other samples. Chosen on boards.
JITTER = 0.5

# --- Cloned layers and copied weights ------------------------------------------------------------

#: Weights of the anchor beside the task at the strengths 0 and 1. Chosen on digits of 16 x 16
#: pixels, shifted and turned, with labels that keep the symmetry and labels that break it.
LAYER_FACTORS = (1e-5, 1e2)
#: The anchor of a layer weighs this many times that of the next layer. Chosen on the same digits;
#: 1, 30 and 100 are worse.
EARLIER_LAYER = 10.0
#: Steps of what breaks the symmetry, in units of the steps of what keeps it. The same digits.
BREAKING_STEP = 0.1
#: Deviation of the noise on the inputs from which layers are cloned, in units of their size. Not
#: tuned: the clone is exact with any.
LAYER_NOISE = 0.1

# --- The fit to the task -------------------------------------------------------------------------

#: Epochs and largest learning rate from random weights, and from weights that fit already. Chosen
#: on the inertia with a preferred direction.
FROM_RANDOM = (200, 1e-3)
FROM_CLONE = (100, 5e-4)
#: Samples of a batch, at most: scikit-learn's default.
BATCH_SIZE = 200
#: Samples of the imitation, or of orbits, beside each batch of the task. Not tuned.
ANCHOR_SAMPLES = 256

#: Epochs of a plain network that held-out samples choose from, if there are at most
#: ``MOST_WITH_EPOCHS`` samples; more of them are hardly learned by heart. If most samples still
#: gain, all ``FROM_RANDOM`` epochs are taken.
EPOCHS = (6, 25, 80)
MOST_WITH_EPOCHS = 5000

# --- The choice of a strength --------------------------------------------------------------------

#: Strengths that "auto" and the searches try. Chosen on broken inertia, broken O5, muon pairs,
#: tic-tac-toe and pen digits.
STRENGTHS = (0.0, 0.01, 0.1, 0.5, 1.0)
#: The strength of "auto" where there are too few samples to hold some out.
FALLBACK_STRENGTH = 0.1
#: Gradient steps of the clones that "auto" compares: more of them choose the same on these tasks.
SEARCH_STEPS = 400
#: Epochs of the fits to the task that "auto" compares, and the folds that it holds out for them;
#: one, if there are more than ``FEW_SAMPLES`` samples.
SEARCH_EPOCHS = 30
SEARCH_FOLDS = 2
#: Strengths that "auto" compares first. If the largest is not the best, it compares all.
FIRST_STRENGTHS = (1.0, 0.1, 0.0)
#: A smaller strength is taken if the larger ones have held-out losses that are larger by more than
#: this many standard errors.
MUCH_WORSE = 1.5
#: With up to this many samples each of ``FOLDS`` parts is held out in turn; with more, one part of
#: the share ``HELD_OUT`` is. Not tuned.
FEW_SAMPLES = 500
FOLDS = 3
HELD_OUT = 0.2
