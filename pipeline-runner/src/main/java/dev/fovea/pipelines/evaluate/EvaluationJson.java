package dev.fovea.pipelines.evaluate;

import tools.jackson.databind.json.JsonMapper;

/** How evaluations and answers are written down. */
final class EvaluationJson {
  static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** The largest evaluation that is read. */
  static final long LIMIT_BYTES = 1L << 30;

  private EvaluationJson() {}
}
