"""What the network of skorch keeps of batches."""

from sklearn_symclone.training import net


def test_records_of_batches_do_not_pile_up():
    history = net._History()
    for _ in range(3):
        history.new_epoch()
        for _ in range(5):
            history.new_batch()
    assert [len(epoch["batches"]) for epoch in history] == [0, 0, 5]
