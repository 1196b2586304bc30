package dev.fovea.pipelines.gate;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Profile;
import dev.fovea.pipelines.evaluate.Evaluation;
import dev.fovea.teamfile.Gate;
import java.util.Map;

/** Everything that was measured of both variants. */
public record Evidence(Map<Gate.Variant, Form> forms) {
  public Evidence {
    forms = Map.copyOf(forms);
  }

  /** What was measured of this variant. */
  Form of(Gate.Variant variant) {
    var form = forms.get(variant);
    if (form == null) {
      throw new IllegalArgumentException(
          "evidence of %s: none (expected: both variants)".formatted(variant));
    }
    return form;
  }

  /**
   * One variant.
   *
   * @param size of its file
   * @param profiles by device; a device that the lab lacks is absent
   */
  public record Form(Evaluation evaluation, ByteSize size, Map<Name, Profile> profiles) {
    public Form {
      profiles = Map.copyOf(profiles);
    }
  }
}
