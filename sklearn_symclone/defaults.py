"""Every number that was tuned: what it counts, and on which tasks it was chosen.

The generated tasks are O5, inertia, particle and the pendulum of two springs. For tuning they were
drawn with seeds from 100 on, which no published figure uses. The real tables are muon pairs, poker
hands, pen digits and boards of tic-tac-toe. ``benchmarks/NOTES.md`` tells which of their samples
were used, and has the experiments.
"""

from __future__ import annotations

#: Units of the hidden layers of a student, if nothing else is said. Not tuned.
HIDDEN_LAYER_SIZES = (192, 192)

# --- The imitation of a whole reference ----------------------------------------------------------

#: Number of samples of a gradient step. Chosen on generated tasks; 256 and 1024 are a little worse.
CLONE_BATCH_SIZE = 512
#: Largest learning rate of SOAP. Chosen on inertia, O5 and muon pairs; 1e-2 and 4e-2 are worse.
CLONE_LEARNING_RATE = 2e-2
#: Number of gradient steps for up to ``MANY_SAMPLES`` samples. With more samples it grows with the
#: square root of their number. Chosen on O5 with 1000 and 3000 samples.
CLONE_STEPS = 1280
#: With more samples than this, an imitation is longer and has to be more exact.
MANY_SAMPLES = 1000
#: Largest error of a clone, as ``clone_error_``, with up to ``MANY_SAMPLES`` samples. With more
#: samples, whose references are better, it is lower in proportion. Chosen on generated tasks.
CLONE_TOL = 1e-5
#: An imitation runs in rounds. The rounds before the last one share 1 / ``ROUND_PARTS`` of the
#: epochs, and are divided in the same way, down to one of at least ``FIRST_ROUND`` epochs.
ROUND_PARTS = 5
FIRST_ROUND = 2
#: A clone whose error is above this share of its reference's error on held-out samples goes on, if
#: no number of steps is asked for. Chosen on charged bodies.
FAR_FROM_REFERENCE = 0.1
#: It goes on for these multiples of its first steps, one after the other.
MORE_STEPS = (1, 2)
#: It stops, and goes back, when more than this share of the error is left. Chosen on broken tasks,
#: seed 100.
CLEARLY_NEARER = 0.8
#: A warning is given if a clone's error is above this one, and above its reference's. Not tuned.
FAR = 0.1
#: Where no fit to the task follows, a warning is also given if the clone's error is above
#: ``MUCH_FARTHER`` times its reference's error on held-out samples, and above ``NEAR``. Not tuned.
MUCH_FARTHER, NEAR = 3.0, 5e-3
#: Gradient steps of the trial that chooses between activations: half as many mistake the inertia
#: for a law of another kind. Chosen on the pendulum, inertia, O5, particle and items.
TRIAL_STEPS = 256
#: The second activation is taken if its loss after the trial, divided by that of the first, is
#: less than this. Chosen on the same tasks: the ratio is .5 for the pendulum, .5 to .7 for items,
#: and 1.4 or more for the others.
CLEARLY_BETTER = 0.8
#: Share of square units in the first hidden layers of "silu_square", and number of these layers.
#: Chosen on inertia, O5 and particle; .5 to .95 were tried.
SQUARES = 0.9
SQUARED_LAYERS = 2
#: Delta of the Huber loss, in standard deviations of the reference's answers. Chosen on muon pairs,
#: where the squared error is four to ten times worse.
HUBER_DELTA = 0.1
#: Samples to imitate weigh less if their distance from the mean is beyond this quantile. The weight
#: falls with this power of the distance. Chosen on particle and inertia.
TYPICAL_QUANTILE = 0.75
TAIL_POWER = 3

# --- How long a reference learns -----------------------------------------------------------------

#: Parts of the samples. Each is held out once, and is predicted by a reference of the others.
REFERENCE_FOLDS = 5
#: Samples of positive weight in each of them, at least: of fewer, nothing is held out.
LEAST_IN_FOLD = 4
#: Gradient steps of the references whose held-out losses are compared first, and the number of
#: folds that are held out for it; one, if there are more than ``FEW_SAMPLES`` samples.
SCOUT_STEPS = (20, 60, 180, 540)
SCOUTS = 3
#: Where held-out samples want a short fit, ``SCOUTS`` folds, or two of more than ``FEW_SAMPLES``
#: samples, compare these multiples of the best of them.
NEARBY = (1 / 3, 2 / 3, 1, 3 / 2)
#: A longer fit is clearly worse if its mean held-out loss is larger by this many standard errors.
CLEARLY_WORSE = 1.0
#: Up to so many standard errors a few samples can make the mean worse, such as two bodies that
#: meet, while most samples still gain. Chosen on charged bodies, 100 samples.
FAR_WORSE = 2.0
#: Most samples still gain if the median of their losses falls below this share of what it was.
STILL_GAINS = 0.7
#: The last of ``SCOUT_STEPS`` are tried if the median falls below this share, and the mean falls,
#: too. Chosen on particle with 100 samples.
STILL_BETTER = 0.9
#: Where labels are noisy, shares of a family and of polynomials are multiples of this.
MIXTURE_STEP = 0.1
#: A clone need not be nearer to its reference than this share of the reference's held-out error.
#: Only where held-out samples stop the reference early.
FAITHFUL_ENOUGH = 3e-3
#: A linear map that has the symmetry is taken off the targets if at most this share of their
#: squares is left. Chosen on charged bodies, of which .024 are left.
LINEAR_SHARE = 0.1

# --- Where a reference is imitated ---------------------------------------------------------------

#: Number of cloning inputs. They are drawn once, and the student learns the reference's answers in
#: many epochs. Chosen on inertia, O5 and particle; half as many are worse, twice as many are level.
POOL = 65536
#: The same where the clone need not be exact: of a reference that is not, and in a search. It is
#: also enough where items share weights: such a student learns no samples by heart.
SMALL_POOL = 16384
#: Numbers of all cloning inputs together, at most: of more than 256 columns fewer are drawn. It
#: bounds the memory of a fit.
POOL_NUMBERS = 2**24
#: Share of the cloning inputs that no group element moves. Not tuned.
UNMOVED = 0.1
#: In larger sets than this, the items share a student's weights while it imitates. Not tuned.
MANY_ITEMS = 32
#: Where items have vectors, pairs of items share a student's weights while it imitates, if each
#: hidden layer has at least this many units for each pair, beside those that carry a linear law.
#: Not tuned.
PAIR_CHANNELS = 8
#: Hidden layers of a student whose answers are vectors of items, and units that each has for a
#: pair; fewer, but at least ``PAIR_CHANNELS``, if all pairs would have more than ``PAIRED_UNITS``.
#: Chosen on charged bodies.
PAIRED_LAYERS, MOST_PAIR_CHANNELS, PAIRED_UNITS = 4, 24, 640
#: Sets of more items than this keep the ordinary layers. Not tuned.
MOST_PAIRED = 10
#: The variance of the first answers of a student whose pairs share weights, as ``PairLinear`` takes
#: it. Chosen on charged bodies; ten times as much is worse.
PAIRED_ANSWERS = 0.03
#: Samples of a gradient step where pairs share weights. A sample has many pairs, so that half a
#: batch is enough: twice the steps cost as much and leave less error. Chosen on charged bodies.
PAIRED_BATCH_SIZE = 256
#: Largest jitter of a sample, as a share of the difference of two other samples. Chosen on boards.
JITTER = 0.5

# --- Cloned layers and copied weights ------------------------------------------------------------

#: Weights of the anchor beside the task at the strengths 0 and 1. Chosen on digits of 16 x 16
#: pixels, shifted and turned, with labels that keep the symmetry and labels that break it.
LAYER_FACTORS = (1e-5, 1e2)
#: The anchor of a layer weighs this many times that of the next layer. Chosen on the same digits;
#: 1, 30 and 100 are worse.
EARLIER_LAYER = 10.0
#: Size of steps that break the symmetry, relative to steps that keep it. Chosen on the same digits.
BREAKING_STEP = 0.1
#: Standard deviation of the noise on the inputs from which layers are cloned, relative to the size
#: of the inputs. Not tuned: the clone is exact with any noise.
LAYER_NOISE = 0.1

# --- The fit to the task -------------------------------------------------------------------------

#: Number of epochs and largest learning rate, from random weights and from a clone. Chosen on the
#: inertia with a preferred direction.
FROM_RANDOM = (200, 1e-3)
FROM_CLONE = (100, 5e-4)
#: Largest number of samples of a batch. It is scikit-learn's default.
BATCH_SIZE = 200
#: Number of samples of the imitation, or of orbits, beside each batch of the task. Not tuned.
ANCHOR_SAMPLES = 256

#: Values of ``alpha`` that held-out samples choose from for a plain network, from the least to the
#: largest, if there are at most ``MOST_WITH_DECAYS`` samples; more of them are hardly learned by
#: heart. The first one is that of all other fits, and scikit-learn's default. Chosen on A1, A2, O5,
#: inertia and particle with 100 to 1000 noisy samples, seeds from 100 on.
DECAYS = (1e-4, 0.3, 1.0, 3.0, 10.0)
MOST_WITH_DECAYS = 5000
#: The fits that are compared for it have fewer epochs, and a learning rate that is this many times
#: as large. On these tasks they chose the same decay as fits of full length. Half as many epochs,
#: at twice the rate, did not always.
DECAY_EPOCHS, DECAY_RATE = 80, 2.5

#: A temperature is drawn towards 1 as strongly as this many samples would draw it. Chosen on
#: matches with random winners, seeds 0 to 2, which are therefore not published by ``noisy.py``.
TEMPERED = 30.0

# --- The choice of a strength --------------------------------------------------------------------

#: Strengths that "auto" and the searches try. Chosen on broken inertia, broken O5, muon pairs,
#: tic-tac-toe and pen digits.
STRENGTHS = (0.0, 0.01, 0.1, 0.5, 1.0)
#: The strength of "auto" where there are too few samples to hold some out.
FALLBACK_STRENGTH = 0.1
#: Gradient steps of the clones that "auto" compares: more of them choose the same on these tasks.
SEARCH_STEPS = 512
#: Epochs of the fits to the task that "auto" compares, and samples that such a fit sees in all its
#: epochs together, at most. With more than 1600 samples it has fewer epochs, but at least one.
#: Checked on broken O5, broken inertia and the windy pendulum with 3000 samples.
SEARCH_EPOCHS, SEARCH_SAMPLES = 30, 48_000
#: The folds that "auto" holds out; one, if there are more than ``FEW_SAMPLES`` samples.
SEARCH_FOLDS = 2
#: Strengths that "auto" compares first, beside the plain network. If the largest is not among
#: the best, it compares all.
FIRST_STRENGTHS = (1.0, 0.1)
#: A plain network goes on from ``DECAY_EPOCHS`` to a fit of full length only if its held-out loss
#: is within this factor of the best one: it seldom gains more than that.
LATE_GAINS = 4.0
#: A strength is not among the best if its held-out loss is above the least one by more than this
#: many standard errors.
MUCH_WORSE = 1.5
#: Held-out samples contradict a symmetry if the loss of a network that has it is above that of a
#: plain network by this share of the loss of a constant answer, and by this many standard errors.
#: Not tuned: a typing error costs more, and noise less.
CONTRADICTED = 0.2
CONTRADICTED_BY = 4.0
#: With up to this many samples each of ``FOLDS`` parts is held out in turn; with more, one part of
#: the share ``HELD_OUT`` is. Not tuned.
FEW_SAMPLES = 500
FOLDS = 3
HELD_OUT = 0.2
