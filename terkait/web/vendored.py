"""The files of others that the page uses: taken as they are from the npm registry, none changed."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class VendoredFile:
    """One file in ``static/vendor``."""

    file: str
    #: of the npm package
    package: str
    version: str
    #: where the file stands in the package
    path: str
    licence: str
    #: copyright line that the licence asks to keep
    copyright: str
    sha256: str


VENDORED = (
    VendoredFile(
        file="htmx.min.js",
        package="htmx.org",
        version="4.0.1",
        path="dist/htmx.min.js",
        licence="0BSD",
        copyright="Big Sky Software",
        sha256="a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    ),
    VendoredFile(
        file="cytoscape.min.js",
        package="cytoscape",
        version="3.35.0",
        path="dist/cytoscape.min.js",
        licence="MIT",
        copyright="(c) 2016-2026, The Cytoscape Consortium",
        sha256="71fa9ebec21a7ca2c40cff6aacc30d1f6464e363662ad4b2c197e1adc770cd94",
    ),
    VendoredFile(
        file="uPlot.iife.min.js",
        package="uplot",
        version="1.6.32",
        path="dist/uPlot.iife.min.js",
        licence="MIT",
        copyright="(c) 2022 Leon Sorokin",
        sha256="19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    ),
    VendoredFile(
        file="uPlot.min.css",
        package="uplot",
        version="1.6.32",
        path="dist/uPlot.min.css",
        licence="MIT",
        copyright="(c) 2022 Leon Sorokin",
        sha256="df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    ),
)
