package dev.fovea.pipelines.gate;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Profile;
import dev.fovea.pipelines.evaluate.Evaluation;
import dev.fovea.pipelines.evaluate.UnderFault;
import dev.fovea.teamfile.Gate;
import java.util.Map;

/**
 * Everything that was measured of both variants.
 *
 * @param sweeps what was measured for rules about a fault
 */
public record Evidence(Map<Gate.Variant, Form> forms, Map<Gate, ? extends UnderFault> sweeps) {
  public Evidence {
    forms = Map.copyOf(forms);
    sweeps = Map.copyOf(sweeps);
  }

  /** For rules on images as they are. */
  public Evidence(Map<Gate.Variant, Form> forms) {
    this(forms, Map.of());
  }

  /** What was measured for this rule about a fault. */
  UnderFault of(Gate gate) {
    var evaluation = sweeps.get(gate);
    if (evaluation == null) {
      throw new IllegalArgumentException(
          "evidence for the rule of line %d: none (expected: an evaluation under %s)"
              .formatted(gate.line(), gate.sweep()));
    }
    return evaluation;
  }

  /** What was measured of this variant. */
  public Form of(Gate.Variant variant) {
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
