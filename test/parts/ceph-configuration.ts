export interface CephSettings {
  folder: string
  clusterId: string
  monitorPort: number
  /** Of the S3 gateway. */
  port: number
  /** Of the gateway that gives out sessions of roles. */
  stsPort: number
}

/** The ceph.conf of a cluster that lives for one test run: on loopback, without authentication, in memory, no replicas. */
export function cephConfiguration({ folder, clusterId, monitorPort, port, stsPort }: CephSettings): string {
  return `
[global]
fsid = ${clusterId}
mon_initial_members = a
mon_host = [v2:127.0.0.1:${monitorPort}/0]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
ms_mon_client_mode = crc
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
auth_allow_insecure_global_id_reclaim = false
keyring = /dev/null
setuser_match_path =
run_dir = ${folder}/run
admin_socket = ${folder}/run/$name.$pid.asok
pid_file = ${folder}/run/$name.pid
log_file = ${folder}/log/$name.log
crash_dir = ${folder}/log
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 2000
# A nearly full disk is no reason for a cluster in memory to refuse work.
mon_data_avail_crit = 1
mon_data_avail_warn = 2
enable_experimental_unrecoverable_data_corrupting_features = memstore

[mon]
mon_data = ${folder}/mon
mon_cluster_log_file = ${folder}/log/cluster.log
# Every step of the start waits for one of these rounds.
paxos_propose_interval = 0.05
mon_osd_initial_require_min_compat_client = luminous

[osd]
osd_data = ${folder}/osd
osd_objectstore = memstore
memstore_device_bytes = 8G
osd_max_object_name_len = 256
osd_max_object_namespace_len = 64
osd_class_load_list = *
osd_class_default_list = *

[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:${port}
# With STS on, this release says AccessDenied where AWS says SignatureDoesNotMatch or InvalidAccessKeyId.
rgw_s3_auth_use_sts = false

[client.sts]
rgw_frontends = beast endpoint=127.0.0.1:${stsPort}
rgw_s3_auth_use_sts = true
rgw_sts_key = 0123456789abcdef

[client]
rgw_data = ${folder}/rgw
rgw_enable_usage_log = false
rgw_enable_ops_log = false
rgw_thread_pool_size = 64
# Fewer shards of everything: each is an object to make at the start.
rgw_gc_max_objs = 8
rgw_usage_max_shards = 2
rgw_lc_max_objs = 4
rgw_md_log_max_shards = 4
rgw_data_log_num_shards = 4
rgw_reshard_num_logs = 4
rgw_objexp_hints_num_shards = 4
rgw_num_control_oids = 2
rgw_rados_pool_pg_num_min = 4
rgw_override_bucket_index_max_shards = 1
`
}
