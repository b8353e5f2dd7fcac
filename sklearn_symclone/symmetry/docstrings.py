"""Docstrings that are written once: an override says what the method that it overrides says."""


class InheritsDocstrings:
    """Give methods and properties without a docstring the one of what they override."""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        for name, member in vars(cls).items():
            member = getattr(member, "__func__", member)  # of a class method
            if name.startswith("_") or not (callable(member) or isinstance(member, property)):
                continue
            overridden = (getattr(base, name, None) for base in cls.__mro__[1:])
            if member.__doc__ is None:
                member.__doc__ = next((o.__doc__ for o in overridden if o is not None), None)
