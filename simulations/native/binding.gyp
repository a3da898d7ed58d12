{
  # Load clients and floors of the benches, on the engine's SRTP; no part of the server.
  'targets': [
    {
      'target_name': 'zrtc_load',
      'sources': [
        'src/addon.cc',
        'src/crowd.cc',
        'src/crowd_object.cc',
        'src/floor.cc',
        'src/load_socket.cc',
        'src/load_viewer.cc',
        'src/measure_floor.cc',
        'src/stun_check.cc',
        'src/tun_device.cc',
        'src/tun_object.cc',
        '../../transports/native/src/aes_cm.cc',
        '../../transports/native/src/aes_gcm.cc',
        '../../transports/native/src/key_derivation.cc',
        '../../transports/native/src/packet_cipher.cc',
        '../../transports/native/src/srtp_session.cc',
      ],
      'include_dirs': [
        '../../transports/native/src',
        "<!@(node -p \"require('node-addon-api').include_dir\")",
      ],
      'defines': [ 'NAPI_VERSION=8', 'NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS', 'NODE_ADDON_API_DISABLE_DEPRECATED', 'OPENSSL_SUPPRESS_DEPRECATED' ],
      'cflags_cc': [ '-std=c++20', '-O2', '-g1', '-fno-exceptions', '-fno-rtti', '-fvisibility=hidden', '-Wall', '-Wextra' ],
      'cflags_cc!': [ '-std=gnu++17', '-std=gnu++20', '-O3' ],
    },
  ],
}
