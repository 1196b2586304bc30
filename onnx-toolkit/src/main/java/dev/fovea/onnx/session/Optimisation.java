package dev.fovea.onnx.session;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;

/** How far ONNX Runtime may rewrite a graph before it runs it. */
public enum Optimisation {
  /** Nodes run as they are written, so that every intermediate tensor exists. */
  NONE(OptLevel.NO_OPT),
  /** Folds constants and removes what does nothing; stays within ONNX's own operators. */
  BASIC(OptLevel.BASIC_OPT),
  /** Also fuses into the CPU's own operators, such as integer convolutions from Q/DQ pairs. */
  EXTENDED(OptLevel.EXTENDED_OPT),
  /** Also changes memory layouts for this very machine: what production uses. */
  ALL(OptLevel.ALL_OPT);

  private final OptLevel level;

  Optimisation(OptLevel level) {
    this.level = level;
  }

  OptLevel level() {
    return level;
  }
}
