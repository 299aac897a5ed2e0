# The same bundle and rollout by Terraform, read from the same files: there is one text to review.
terraform {
  required_providers {
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "~> 2.38"
    }
  }
}

provider "kubernetes" {
  config_path = var.kubeconfig
}

variable "kubeconfig" {
  type    = string
  default = "~/.kube/config"
}

variable "namespace" {
  type    = string
  default = "laptops"
}

locals {
  bundle  = yamldecode(file("${path.module}/../10-baseline.yaml"))
  rollout = yamldecode(file("${path.module}/../20-rollout.yaml"))
}

resource "kubernetes_manifest" "bundle" {
  manifest = merge(local.bundle, { metadata = merge(local.bundle.metadata, { namespace = var.namespace }) })

  wait {
    condition {
      type   = "Ready"
      status = "True"
    }
  }

  lifecycle {
    # A bundle is immutable: a new version has a new name, and stands before the one it replaces goes.
    create_before_destroy = true
  }
}

resource "kubernetes_manifest" "rollout" {
  manifest   = merge(local.rollout, { metadata = merge(local.rollout.metadata, { namespace = var.namespace }) })
  depends_on = [kubernetes_manifest.bundle]
}
