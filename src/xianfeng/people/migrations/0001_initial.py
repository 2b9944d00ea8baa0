import django.db.models.deletion
import xianfeng.core.codes
import xianfeng.core.fields
import xianfeng.core.uids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organizations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=60)),
                ('permissions', models.JSONField(default=list, verbose_name='permissions')),
                ('exclusive', models.BooleanField(default=False, verbose_name='excludes every other role')),
                ('second_factor', models.BooleanField(default=False, verbose_name='needs a second factor')),
            ],
            options={
                'verbose_name': 'role',
                'verbose_name_plural': 'roles',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SetupLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('number', models.CharField(blank=True, max_length=30, null=True, unique=True, verbose_name='number')),
                ('former_numbers', models.CharField(blank=True, editable=False, max_length=200, verbose_name='former numbers')),
                ('account', models.CharField(default=xianfeng.core.uids.new_uid, max_length=40, unique=True, verbose_name='account name')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('search_text', models.CharField(editable=False, max_length=300)),
                ('is_member', models.BooleanField(default=False, verbose_name='party member')),
                ('sex', models.CharField(choices=[('0', 'unknown'), ('1', 'male'), ('2', 'female'), ('9', 'not stated')], default='0', max_length=1, verbose_name='sex')),
                ('ethnicity', xianfeng.core.codes.CodeField(blank=True, max_length=20, verbose_name='ethnic group')),
                ('born_on', models.DateField(blank=True, null=True, verbose_name='date of birth')),
                ('education', xianfeng.core.codes.CodeField(blank=True, max_length=30, verbose_name='education')),
                ('post', models.CharField(blank=True, max_length=60, verbose_name='post')),
                ('id_number', xianfeng.core.fields.SealedText(blank=True, max_length=18, verbose_name='ID number')),
                ('id_number_index', xianfeng.core.fields.BlindIndex(of='id_number', unique=True)),
                ('phone', xianfeng.core.fields.SealedText(blank=True, max_length=20, verbose_name='phone')),
                ('phone_index', xianfeng.core.fields.BlindIndex(db_index=True, of='phone')),
                ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language')),
                ('big_text', models.BooleanField(default=False, verbose_name='large text')),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('restricted_on', models.DateField(blank=True, editable=False, null=True, verbose_name='processing restricted since')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='organizations.organization', verbose_name='branch')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'persons',
                'ordering': ['number', 'pk'],
                'indexes': [models.Index(fields=['organization', 'is_member'], name='person_place')],
            },
        ),
        migrations.CreateModel(
            name='ActivationCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(max_length=64)),
                ('issued_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField(verbose_name='valid until')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used at')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'activation code',
                'verbose_name_plural': 'activation codes',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='from')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('uid', xianfeng.core.uids.UidField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='organization')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='people.role', verbose_name='role')),
            ],
            options={
                'verbose_name': 'appointment',
                'verbose_name_plural': 'appointments',
                'ordering': ['since', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='appointment_ends_after_it_begins'), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('person', 'role', 'organization'), name='appointment_held_once')],
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('session_key', models.CharField(max_length=40, unique=True)),
                ('network', models.CharField(blank=True, max_length=60, verbose_name='network')),
                ('browser', models.CharField(blank=True, max_length=60, verbose_name='browser')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='signed in at')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_ins', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'sign-in',
                'verbose_name_plural': 'sign-ins',
                'ordering': ['-pk'],
            },
        ),
    ]
