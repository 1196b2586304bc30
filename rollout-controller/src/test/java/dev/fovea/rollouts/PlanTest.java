package dev.fovea.rollouts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.Rollouts.Plan;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class PlanTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Test
  void isReadAndWrittenAsBeforeThereWereTiles() {
    var plan = TestModels.plan(1, Digest.sha256(new byte[] {1}));
    var json = JSON.writeValueAsString(plan);
    assertThat(json).endsWith("\"requestedBy\":\"fovea/pipelines\"}").doesNotContain("detector");
    assertThat(JSON.readValue(json, Plan.class)).isEqualTo(plan);
  }

  @Test
  void carriesADetectorThatSeesTiles() {
    var plan = TestModels.tiled(TestModels.plan(1, Digest.sha256(new byte[] {1})));
    assertThat(JSON.readValue(JSON.writeValueAsString(plan), Plan.class)).isEqualTo(plan);
  }
}
