"""The look of BAIR robot pushing (Ebert et al., 2017): a Sawyer seen from afar, over a bin of soft and plastic toys."""
