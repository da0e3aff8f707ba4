"""A robot arm that pushes things about in a bin, simulated and filmed by a fixed camera.

The modules that simulate import mujoco, which decides at import how it draws: call `graphics.choose_graphics` first.
"""
