<?php
define('WP_INSTALLING', true);
require $argv[1] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Walks', 'ada', 'ada@example.org', true, '', 'secret-of-ada');
update_option('permalink_structure', '/%postname%/');
flush_rewrite_rules();
$made = WP_Application_Passwords::create_new_application_password(1, array('name' => 'daycast'));
echo is_wp_error($made) ? $made->get_error_message() : $made[0];
