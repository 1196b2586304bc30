package dev.fovea;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Rules that no compiler checks, each with its remedy. */
@AnalyzeClasses(packages = "dev.fovea", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {
  @ArchTest
  static final ArchRule librariesKnowNoSpring =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.fovea.kernel..",
              "dev.fovea.mask..",
              "dev.fovea.teamfile..",
              "dev.fovea.onnx..",
              "dev.fovea.vision..",
              "dev.fovea.dvc..",
              "dev.fovea.labels..",
              "dev.fovea.query..",
              "dev.fovea.serving..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.springframework..")
          .because("they are libraries: put what needs Spring into the service that uses them");

  @ArchTest
  static final ArchRule duckDbStaysInItsProcess =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.fovea.query.engine..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.duckdb..")
          .because(
              "it is not on the class path of a server or a command: only the engine's has it");

  @ArchTest
  static final ArchRule workingCopiesAreBuiltInLayers =
      slices()
          .matching("dev.fovea.dvc.(*)..")
          .should()
          .beFreeOfCycles()
          .because("each package stands on those below it: see dataset-toolkit/README.md");

  @ArchTest
  static final ArchRule theExporterIsBuiltInLayers =
      slices()
          .matching("dev.fovea.onnx.export.(**)")
          .should()
          .beFreeOfCycles()
          .because("each family of operators stands on what all share: see onnx-toolkit/README.md");

  @ArchTest
  static final ArchRule noFieldInjection =
      noFields()
          .should()
          .beAnnotatedWith(Autowired.class)
          .because("constructors show what a class needs");

  @ArchTest
  static final ArchRule noScatteredSettings =
      noFields()
          .should()
          .beAnnotatedWith(Value.class)
          .because("settings are one documented @ConfigurationProperties record a feature");

  @ArchTest
  static final ArchRule pagesAskTheServices =
      noClasses()
          .that()
          .resideInAPackage("dev.fovea.web..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(JdbcClient.class)
          .because("pages use the services' APIs, as any other client does");

  @ArchTest
  static final ArchRule nothingIsDeserializedByJava =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.ObjectInputStream")
          .because("Java serialisation runs code of whoever wrote the bytes: use JSON");

  @ArchTest
  static final ArchRule constantsAreConstant =
      fields()
          .that()
          .areStatic()
          .and()
          .arePublic()
          .should()
          .beFinal()
          .because("a public static that changes belongs to everybody and nobody");

  @ArchTest
  static final ArchRule everyPackageDeclaresNull =
      classes()
          .that()
          .haveSimpleName("package-info")
          .should()
          .beAnnotatedWith(org.jspecify.annotations.NullMarked.class)
          .because("null is declared: annotate the package with @NullMarked");
}
