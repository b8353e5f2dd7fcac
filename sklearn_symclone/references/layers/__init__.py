"""Torch parts that several reference families are made of."""
