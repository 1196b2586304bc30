package dev.fovea.web.overview;

import dev.fovea.datasets.Annotation;
import dev.fovea.datasets.Datasets;
import dev.fovea.datasets.Frames;
import dev.fovea.lab.Lab;
import dev.fovea.pipelines.Releases;
import dev.fovea.pipelines.Retrainings;
import dev.fovea.registry.AuditLog;
import dev.fovea.registry.Models;
import dev.fovea.rollouts.Rollouts;
import org.springframework.stereotype.Component;

/** Everything that the overview asks. */
@Component
record Services(
    Datasets datasets,
    Frames frames,
    Annotation annotation,
    Models models,
    AuditLog audit,
    Lab lab,
    Releases releases,
    Retrainings retrainings,
    Rollouts rollouts) {}
