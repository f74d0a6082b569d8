"""Fetches compiled kernels from disk, without what only a compiler needs.

Before it fetches, Numba makes ready to compile, and it reads with each kernel what others would be compiled with. For
the 13 kernels of a file of one meter that took 0.3 s; without it they take 0.02 s. Where a kernel does have to be
compiled, all of it happens then.
"""

from __future__ import annotations

import io
import pickle
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from llvmlite import binding as llvm
from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile, UserProvidedCacheLocator
from numba.core.codegen import JITCodeLibrary
from numba.core.environment import Environment, lookup_environment
from numba.core.runtime import _nrt_python as runtime


class _Library(JITCodeLibrary):  # type: ignore[misc]
    """Finished machine code; its bitcode is parsed where another kernel is compiled with it, and not before."""

    _bitcode: bytes | None = None
    _parsed: Any = None

    @classmethod
    def _unserialize(cls, codegen: Any, state: tuple[str, bytes, bytes, set[str]]) -> _Library:
        name, machine_code, bitcode, symbols = state
        library: _Library = codegen.create_library(name)
        library.enable_object_caching()
        library._set_compiled_object(machine_code)
        library._bitcode = bitcode
        library._finalize_final_module()
        codegen._engine._defined_symbols |= symbols
        return library

    @property
    def _shared_module(self) -> Any:
        if self._bitcode is not None:
            self._parsed, self._bitcode = llvm.parse_bitcode(self._bitcode), None
            self._codegen._engine._load_defined_symbols(self._parsed)
        return self._parsed

    @_shared_module.setter
    def _shared_module(self, module: Any) -> None:
        self._parsed = module

    def get_pointer_to_function(self, name: str) -> int:
        """Where a function's code is, 0 where this library has none of that name."""
        if not self._codegen._engine.is_symbol_defined(name):
            _ = self._shared_module
        return int(super().get_pointer_to_function(name))


class _Folder(UserProvidedCacheLocator):  # type: ignore[misc]
    """The folder that was set; whether it can be written to is found out once, and not with a file for each kernel."""

    @classmethod
    def from_function(cls, function: Any, path: str) -> _Folder:
        return cls(function, path)


class _Rebuilt(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = (_Folder,)

    def rebuild(self, target_context: Any, payload: tuple[Any, ...]) -> Any:
        (name, _, (machine_code, bitcode)), described, *rest = payload
        symbols = {described.llvm_func_name, described.llvm_cpython_wrapper_name}
        target_context.codegen()._library_class = _Library
        return super().rebuild(target_context, ((name, machine_code, bitcode, symbols), described, *rest))


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("numba.core.environment", "_rebuild_env"):
            return _environment
        return super().find_class(module, name)


def _environment(module: str, constants: list[Any], name: str) -> Any:
    """As Numba does it, but for the import: code that was compiled without Python looks at no module's names."""
    found = lookup_environment(name)
    if found is not None:
        return found
    imported = sys.modules.get(module)
    made = Environment({"__name__": module} if imported is None else vars(imported))
    made.consts[:] = constants
    made.env_name = name
    Environment._memo[name] = made
    return made


class _Files(IndexDataCacheFile):  # type: ignore[misc]
    def _load_data(self, name: str) -> Any:
        with open(self._data_path(name), "rb") as file:
            return _Unpickler(io.BytesIO(file.read())).load()


@cache
def _name_runtime() -> None:
    """Tells the linker where the functions are that finished code calls: references to arrays are counted by them."""
    for name, address in runtime.c_helpers.items():
        llvm.add_symbol(name if name.startswith("_") else f"NRT_{name}", address)


_TO_TELL: list[Callable[[], None]] = []


def before_compiling(tell: Callable[[], None]) -> None:
    """Has `tell` called once, before the first kernel that is not finished is compiled."""
    _TO_TELL[:] = [tell]


def _compiling() -> None:
    while _TO_TELL:
        _TO_TELL.pop()()


class Finished(FunctionCache):  # type: ignore[misc]
    """Numba's cache of one function, fetching as this file says; it is written to by Numba alone."""

    _impl_class = _Rebuilt

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        self._cache_file = _Files(
            cache_path=self._cache_path,
            filename_base=self._impl.filename_base,
            source_stamp=self._impl.locator.get_source_stamp(),
        )

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The finished code for a signature, None where it is not there."""
        _name_runtime()
        with self._guard_against_spurious_io_errors():
            found = self._load_overload(sig, target_context)
        if found is None:
            _compiling()
        return found
