package dev.fovea;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/**
 * Nothing uses another module's inside. The ONNX and vision libraries are left out: they know no
 * Spring, and their packages are their API.
 */
class ModularityTests {
  @Test
  void everyModuleUsesTheOthersByTheirApiAlone() {
    ApplicationModules.of(
            "dev.fovea",
            resideInAnyPackage(
                "dev.fovea.onnx..",
                "dev.fovea.vision..",
                "dev.fovea.dvc..",
                "dev.fovea.labels..",
                "dev.fovea.query.."))
        .verify();
  }
}
