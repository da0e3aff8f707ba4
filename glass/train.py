"""What torchrun starts: `torchrun --nproc-per-node N -m glass.train ...` is `glass-train ...` in N processes."""

from glass.commands.train import main

if __name__ == "__main__":
    main()
