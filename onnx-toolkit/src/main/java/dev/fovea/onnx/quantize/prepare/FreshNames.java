package dev.fovea.onnx.quantize.prepare;

import java.util.HashSet;
import java.util.Set;

/** Gives names that no tensor of a graph has, always the same ones for the same graph. */
public final class FreshNames {
  private final Set<String> taken;

  public FreshNames(Set<String> taken) {
    this.taken = new HashSet<>(taken);
  }

  /** The wanted name, or that name with the least number that makes it new. */
  public String take(String wanted) {
    var name = wanted;
    for (int i = 1; !taken.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }
}
