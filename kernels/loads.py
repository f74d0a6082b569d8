"""Eight bytes of text at once, and the digits in them."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from kernels.compile import without_arrays

POINTS = np.uint64(0x2E2E2E2E2E2E2E2E)
ZEROS = np.uint64(0x3030303030303030)
HIGHS = np.uint64(0x8080808080808080)
LOWS = np.uint64(0x7F7F7F7F7F7F7F7F)
SPACES = np.uint64(0x2020202020202020)
_ONES = np.uint64(0x0101010101010101)
LANES = 8
"""Words that are compared at once: see `equal_lanes`."""
_OVER_NINE = np.uint64(0x7676767676767676)
_PAIRS = np.uint64(0x000000FF000000FF)
_WEIGH_FIRST = np.uint64(0x000F424000000064)
_WEIGH_SECOND = np.uint64(0x0000271000000001)


def _place(context: Any, builder: Any, called: Any, arguments: Any) -> Any:
    """Emits the address of a byte, by the array and the place in it that are an intrinsic's first two arguments."""
    array = context.make_array(called.args[0])(context, builder, arguments[0])
    return builder.gep(array.data, [arguments[1]])


def _loaded(kind: Any, context: Any, builder: Any, called: Any, arguments: Any) -> Any:
    """Emits the load of a word of `kind` from there, however it is aligned."""
    word = builder.load(builder.bitcast(_place(context, builder, called, arguments), kind.as_pointer()))
    word.align = 1
    return word


def _in_all_lanes(builder: Any, one: Any, lanes: int) -> Any:
    """Emits a vector of so many times `one`."""
    vector, place = ir.VectorType(one.type, lanes), ir.IntType(32)
    first = builder.insert_element(ir.Constant(vector, ir.Undefined), one, place(0))
    return builder.shuffle_vector(first, first, ir.Constant(ir.VectorType(place, lanes), [0] * lanes))


@intrinsic
def load64(typingctx, data, index):  # type: ignore[no-untyped-def]  # noqa: ARG001 - Numba reads the names
    """Bytes data[index:index + 8] as one uint64, the first byte lowest; the caller sees to the bounds.

    numpy has no unaligned read that Numba compiles to one instruction, so it is written out here.
    """
    del typingctx
    signature = types.uint64(data, types.uint64)

    def emit(context, builder, called, arguments):  # type: ignore[no-untyped-def]
        return _loaded(ir.IntType(64), context, builder, called, arguments)

    return signature, emit


@intrinsic
def store64(typingctx, data, index, word):  # type: ignore[no-untyped-def]  # noqa: ARG001
    """Write `word` uint64 to data[index:index + 8], its lowest byte first; the caller sees to the bounds."""
    del typingctx
    signature = types.void(data, types.uint64, types.uint64)

    def emit(context, builder, called, arguments):  # type: ignore[no-untyped-def]
        place = _place(context, builder, called, arguments)
        stored = builder.store(arguments[2], builder.bitcast(place, ir.IntType(64).as_pointer()))
        stored.align = 1
        return context.get_dummy_value()

    return signature, emit


@intrinsic
def trailing_zeros(typingctx, word):  # type: ignore[no-untyped-def]  # noqa: ARG001
    """Number of zero bits below the lowest one bit; 64 for zero."""
    del typingctx

    def emit(context, builder, called, arguments):  # type: ignore[no-untyped-def]
        del context, called
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.uint64(types.uint64), emit


@intrinsic
def ones_in(typingctx, word):  # type: ignore[no-untyped-def]  # noqa: ARG001
    """Number of one bits."""
    del typingctx

    def emit(context, builder, called, arguments):  # type: ignore[no-untyped-def]
        del context, called
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), emit


@intrinsic
def matches64(typingctx, data, index, wanted):  # type: ignore[no-untyped-def]  # noqa: ARG001
    """Bit k says whether data[index + k], for k from 0 to 63, is the byte `wanted`; the caller sees to the bounds."""
    del typingctx
    signature = types.uint64(data, types.uint64, types.uint64)

    def emit(context, builder, called, arguments):  # type: ignore[no-untyped-def]
        text = _loaded(ir.VectorType(ir.IntType(8), 64), context, builder, called, arguments)
        byte = builder.trunc(arguments[2], ir.IntType(8))
        equal = builder.icmp_unsigned("==", text, _in_all_lanes(builder, byte, 64))
        return builder.bitcast(equal, ir.IntType(64))

    return signature, emit


@intrinsic
def equal_lanes(typingctx, words, wanted):  # type: ignore[no-untyped-def]  # noqa: ARG001
    """Bit k says whether words[k], for k from 0 to LANES - 1, is `wanted`; the caller sees to the bounds."""
    del typingctx
    signature = types.uint64(words, types.uint64)

    def emit(context, builder, called, arguments):  # type: ignore[no-untyped-def]
        lanes = ir.VectorType(ir.IntType(64), LANES)
        first = _place(context, builder, called, [arguments[0], ir.Constant(ir.IntType(64), 0)])
        word = builder.load(builder.bitcast(first, lanes.as_pointer()))
        word.align = 8
        equal = builder.icmp_unsigned("==", word, _in_all_lanes(builder, arguments[1], LANES))
        return builder.zext(builder.bitcast(equal, ir.IntType(LANES)), ir.IntType(64))

    return signature, emit


@intrinsic
def unprintable64(typingctx, data, index):  # type: ignore[no-untyped-def]  # noqa: ARG001
    """Bit k says whether data[index + k], for k from 0 to 63, is not printable ASCII; the caller sees to the bounds."""
    del typingctx
    signature = types.uint64(data, types.uint64)

    def emit(context, builder, called, arguments):  # type: ignore[no-untyped-def]
        byte, bytes64 = ir.IntType(8), ir.VectorType(ir.IntType(8), 64)
        text = _loaded(bytes64, context, builder, called, arguments)
        # From the space to the tilde there are 95; what is below the space wraps round and lies above them.
        shifted = builder.sub(text, ir.Constant(bytes64, [byte(32)] * 64))
        return builder.bitcast(
            builder.icmp_unsigned(">", shifted, ir.Constant(bytes64, [byte(94)] * 64)), ir.IntType(64)
        )

    return signature, emit


@intrinsic
def fetch_ahead(typingctx, data, index):  # type: ignore[no-untyped-def]  # noqa: ARG001
    """Ask for the cache line of data[index] before it is needed; `index` may lie beyond the end."""
    del typingctx
    signature = types.void(data, types.uint64)

    def emit(context, builder, called, arguments):  # type: ignore[no-untyped-def]
        word, pointer = ir.IntType(32), ir.IntType(8).as_pointer()
        place = _place(context, builder, called, arguments)
        function = builder.module.declare_intrinsic(
            "llvm.prefetch", [pointer], ir.FunctionType(ir.VoidType(), [pointer, word, word, word])
        )
        # For reading, kept in all caches, data.
        builder.call(function, [builder.bitcast(place, pointer), word(0), word(3), word(1)])
        return context.get_dummy_value()

    return signature, emit


@without_arrays
def over_nine(digits):  # type: ignore[no-untyped-def]
    """Not 0 where any of the eight bytes is more than 9."""
    return ((digits + _OVER_NINE) | digits) & HIGHS


@without_arrays
def not_printable(text):  # type: ignore[no-untyped-def]
    """Not 0 where any of the eight bytes is not printable ASCII, from the space to the tilde."""
    control = ~((text | HIGHS) - SPACES)
    delete = (text & LOWS) + _ONES
    return (text | control | delete) & HIGHS


@without_arrays
def eight_digits(digits):  # type: ignore[no-untyped-def]
    """The number whose decimal digits, each 0 to 9, are the eight bytes; the lowest byte is the first digit."""
    pairs = digits * np.uint64(10) + (digits >> np.uint64(8))
    first = (pairs & _PAIRS) * _WEIGH_FIRST
    second = ((pairs >> np.uint64(16)) & _PAIRS) * _WEIGH_SECOND
    return (first + second) >> np.uint64(32)


@without_arrays
def folded(data, begin, end):  # type: ignore[no-untyped-def]
    """XOR of data[begin:end] in words of eight bytes, filled up with zeros; folds to the checksum of the IDD."""
    total = np.uint64(0)
    i = np.uint64(begin)
    stop = np.uint64(end)
    while i + np.uint64(8) <= stop:
        total ^= load64(data, i)
        i += np.uint64(8)
    shift = np.uint64(0)
    while i < stop:
        total ^= np.uint64(data[i]) << shift
        shift += np.uint64(8)
        i += np.uint64(1)
    return total
