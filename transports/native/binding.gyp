{
  # The media plane's native engine: Node-API alone, and the OpenSSL and libuv inside Node, so that one build serves every
  # version of Node that has those.
  'targets': [
    {
      'target_name': 'zrtc_native',
      # Not `asan`, which is what Node itself was built with.
      'variables': { 'sanitize%': '0' },
      'sources': [
        'src/add_multiples.cc',
        'src/addon.cc',
        'src/aes_cm.cc',
        'src/aes_gcm.cc',
        'src/dtls_context.cc',
        'src/dtls_handshake.cc',
        'src/dtls_object.cc',
        'src/field_sums.cc',
        'src/group.cc',
        'src/group_object.cc',
        'src/key_derivation.cc',
        'src/outlet.cc',
        'src/outlet_object.cc',
        'src/packet_cipher.cc',
        'src/seal_object.cc',
        'src/send_queue.cc',
        'src/sign_hmac_sha1.cc',
        'src/srtp_object.cc',
        'src/srtp_session.cc',
        'src/thread_cpu.cc',
        'src/udp_endpoint.cc',
        'src/udp_object.cc',
      ],
      'include_dirs': [ "<!@(node -p \"require('node-addon-api').include_dir\")" ],
      # The last: a worker that is being ended takes no exception any more, and the process is not to end over that.
      'defines': [
        'NAPI_VERSION=8',
        'NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS',
        'NODE_ADDON_API_DISABLE_DEPRECATED',
        'OPENSSL_SUPPRESS_DEPRECATED',
        'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
      ],
      'cflags_cc': [ '-std=c++20', '-O2', '-g1', '-fno-exceptions', '-fno-rtti', '-fvisibility=hidden', '-Wall', '-Wextra' ],
      'cflags_cc!': [ '-std=gnu++17', '-std=gnu++20', '-O3' ],
      'conditions': [
        [ 'sanitize==1', {
          'cflags_cc': [
            '-fsanitize=address,undefined',
            '-fno-sanitize-recover=undefined',
            '-fno-sanitize=vptr',
            '-fno-omit-frame-pointer',
          ],
          'ldflags': [ '-fsanitize=address,undefined' ],
        } ],
      ],
    },
  ],
}
